import type { Session } from '../contract.ts'
import { html } from './html.ts'
import { firstLetter, type Page } from './layout.ts'

export type MyAppsView = {
  csrf: string
  user: { upn: string; name: string }
  apps: readonly { appId: string; name: string; publisher: string; since: Date; permissions: readonly { title: string; resource: string }[] }[]
  sessions: readonly { session: Session; apps: readonly string[]; isThis: boolean }[]
  portalUrl: string
  signOutUrl: string
  said: string | null
}

const day = (at: Date) => at.toISOString().slice(0, 10)
const minute = (at: Date) => `${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`

/** Where a person sees what applications may do for them, and takes it back. */
export const myAppsPage = (view: MyAppsView): Page => ({
  title: 'My Apps',
  wide: true,
  body: html`<div class="app"><span class="mark round" aria-hidden="true">${firstLetter(view.user.name)}</span><div><h1>My Apps</h1><div class="soft small">${view.user.name} · ${view.user.upn}</div></div></div>
${view.said && html`<div class="note" role="status"><p>${view.said}</p></div>`}
<h2>Applications you gave permissions to</h2>
${view.apps.length === 0 && html`<p class="soft">None yet. An application appears here when you accept what it asks for.</p>`}
${view.apps.map((app) => html`<section class="item" aria-label="${app.name}"><span class="mark" aria-hidden="true">${firstLetter(app.name)}</span><div><h3>${app.name}</h3><span class="soft small">${app.publisher} · since ${day(app.since)}</span><ul class="small">${app.permissions.map((each) => html`<li>${each.title} <span>(${each.resource})</span></li>`)}</ul></div>
<form method="post" action="/myapps"><input type="hidden" name="csrf" value="${view.csrf}"><input type="hidden" name="app" value="${app.appId}"><button class="plain" type="submit" name="act" value="revoke-consent" aria-label="Revoke all permissions of ${app.name}">Revoke</button></form></section>`)}
<h2>Where you are signed in</h2>
${view.sessions.map(({ session, apps, isThis }) => html`<section class="item"><div><h3>${isThis ? 'This browser' : 'Another browser'}</h3><span class="soft small">since ${minute(session.createdAt)}${apps.length > 0 && html` · ${apps.join(', ')}`}</span></div>
${!isThis && html`<form method="post" action="/myapps"><input type="hidden" name="csrf" value="${view.csrf}"><input type="hidden" name="session" value="${session.id}"><button class="plain" type="submit" name="act" value="end-session">Sign out</button></form>`}</section>`)}
<form method="post" action="/myapps" class="row"><input type="hidden" name="csrf" value="${view.csrf}"><a class="start" href="${view.portalUrl}">Back to the portal</a>
<button class="plain" type="submit" name="act" value="end-all">Sign out everywhere</button><a class="button" href="${view.signOutUrl}">Sign out</a></form>`,
})
