import type { WorkspaceCaller } from '../caller.ts'
import type { WorkspaceRecord } from '../contract.ts'
import { html, page, type Html } from '../page.ts'

export type HomeView = {
  record: WorkspaceRecord
  portalUrl: string
  caller: WorkspaceCaller
  csrf: string
  clusters: readonly {
    cluster_id: string
    cluster_name: string
    state: string
    paused: boolean
    state_message: string
    num_workers?: number | undefined
    spark_version: string
  }[]
  tokens: readonly { token_id: string; comment: string; creation_time: number; expiry_time: number }[]
  /** A token that was made just now: shown this once. */
  newToken?: string
}
const day = (ms: number) => new Date(ms).toISOString().slice(0, 10)

/** What a signed-in person sees: who they are, where they are, what runs, and their tokens. */
export function homePage(view: HomeView): string {
  const { record, caller, csrf } = view
  const form = (action: string, body: Html, className = '') =>
    html`<form method="post" action="${action}" class="${className}"><input type="hidden" name="csrf" value="${csrf}" />${body}</form>`
  const changing = view.clusters.some((cluster) => !['RUNNING', 'TERMINATED', 'ERROR'].includes(cluster.state))
  return page({
    title: `${record.name} – workspace`,
    refresh: changing && view.newToken === undefined ? 3 : undefined,
    header: html`<b>${record.name}</b><span>${caller.userName}</span>${form('/logout', html`<button>Sign out</button>`)}`,
    body: html` <section>
        <h1>Welcome, ${caller.displayName}</h1>
        <p class="soft">You are signed in to the workspace ${record.name} as ${caller.admin ? 'an administrator' : 'a user'}.</p>
        <p>Your account lives in the directory: <a href="${view.portalUrl}" rel="noreferrer">manage it in the portal</a>.</p>
      </section>
      ${
        view.newToken === undefined
          ? undefined
          : html`<section class="notice">
              <h2>Your new token</h2>
              <p><code>${view.newToken}</code></p>
              <p class="soft">Copy it now: it is not shown again.</p>
            </section>`
      }
      <section>
        <h2>Workspace</h2>
        <dl>
          <dt>URL</dt>
          <dd>${record.url}</dd>
          <dt>Workspace id</dt>
          <dd>${record.workspaceId}</dd>
          <dt>Region</dt>
          <dd>${record.location}</dd>
          <dt>Tier</dt>
          <dd>${record.tier}</dd>
          <dt>Resource</dt>
          <dd><a href="${view.portalUrl}/#${record.armId}" rel="noreferrer">${record.armId}</a></dd>
        </dl>
      </section>
      <section>
        <h2>Clusters</h2>
        ${
          view.clusters.length === 0
            ? html`<p class="soft">No clusters yet. Create one with the API: <code>POST /api/2.1/clusters/create</code></p>`
            : html` <table>
                <tr>
                  <th>Name</th>
                  <th>State</th>
                  <th>Workers</th>
                  <th>Runtime</th>
                  <th></th>
                </tr>
                ${view.clusters.map(
                  (cluster) =>
                    html` <tr>
                      <td>${cluster.cluster_name || cluster.cluster_id}<br /><span class="soft">${cluster.cluster_id}</span></td>
                      <td class="${cluster.state}">${cluster.paused ? 'PAUSED' : cluster.state}</td>
                      <td>${cluster.num_workers}</td>
                      <td>${cluster.spark_version}</td>
                      <td class="soft">${cluster.state_message}</td>
                    </tr>`,
                )}
              </table>`
        }
      </section>
      <section>
        <h2>Access tokens</h2>
        ${
          view.tokens.length === 0
            ? html`<p class="soft">No tokens. A token lets a program act as you.</p>`
            : html` <table>
                <tr>
                  <th>Comment</th>
                  <th>Created</th>
                  <th>Expires</th>
                  <th></th>
                </tr>
                ${view.tokens.map(
                  (token) =>
                    html` <tr>
                      <td>${token.comment || '(no comment)'}</td>
                      <td>${day(token.creation_time)}</td>
                      <td>${token.expiry_time < 0 ? 'never' : day(token.expiry_time)}</td>
                      <td>
                        ${form('/tokens/revoke', html`<input type="hidden" name="token_id" value="${token.token_id}" /><button>Revoke</button>`)}
                      </td>
                    </tr>`,
                )}
              </table>`
        }
        ${form(
          '/tokens/create',
          html`<label>Comment <input name="comment" maxlength="200" placeholder="What is it for?" /></label>
            <label>Lifetime (days) <input name="days" type="number" min="1" max="730" value="90" /></label
            ><button class="primary">Create token</button>`,
          'row',
        )}
      </section>`,
  })
}

/** A page that says what went wrong and what to do. */
export const troublePage = (record: WorkspaceRecord, title: string, message: string, advice: Html): string =>
  page({
    title,
    header: html`<b>${record.name}</b>`,
    body: html`<section class="trouble">
      <h1>${title}</h1>
      <p>${message}</p>
      ${advice}
    </section>`,
  })

export const signedOutPage = (record: WorkspaceRecord): string =>
  page({
    title: 'Signed out',
    header: html`<b>${record.name}</b>`,
    body: html`<section>
      <h1>You are signed out</h1>
      <p>This workspace has ended your session. The directory may still know you: close the browser to leave it too.</p>
      <p><a class="button primary" href="/login">Sign in again</a></p>
    </section>`,
  })
