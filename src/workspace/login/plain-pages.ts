import type { WorkspaceRecord } from '../contract.ts'
import { html, page, type Html } from '../page.ts'

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
