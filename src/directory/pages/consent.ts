import type { Wanted } from '../oidc/resources.ts'
import { html } from './html.ts'
import { firstLetter, tick, type Page } from './layout.ts'
import type { Form } from './sign-in.ts'

export type ConsentView = {
  app: { name: string; publisher: string; address: string }
  user: { upn: string }
  wanted: readonly Wanted[]
  /** Why this account may do more than it should, in one sentence. */
  warning: string | null
  suggestion: string
  /** Where an administrator makes such an account by hand. */
  accountsUrl: string
  device: boolean
}

/** What the application may do afterwards, scope by scope, in words that need no manual. */
export const consentPage = (form: Form, view: ConsentView): Page => ({
  title: 'Permissions requested',
  formsTo: form.formsTo,
  body: html`<div class="who"><span class="mark round" aria-hidden="true">${firstLetter(view.user.upn)}</span><span>${view.user.upn}</span></div>
<h1>Permissions requested</h1>
<div class="app"><span class="mark" aria-hidden="true">${firstLetter(view.app.name)}</span><div><strong>${view.app.name}</strong><div class="soft small">Published by ${view.app.publisher}</div></div></div>
<p>This application asks for your permission to:</p>
<ul class="scopes">${view.wanted.flatMap(({ resource, scopes }) => scopes.map((scope) => html`<li>${tick}<div><strong>${scope.title}</strong><span class="soft small">${scope.description}<span class="name">${resource.displayName} · ${scope.value}</span></span></div></li>`))}</ul>
${view.warning !== null && html`<div class="note warn" role="note"><p><strong>This account can do more than the application needs.</strong></p><p>${view.warning} What you accept here, the application can do with all of these rights.</p><p class="small">Better: use a dedicated account with only the permissions it needs. <a href="${view.accountsUrl}">Create one in the portal</a>, or with the command:</p><code class="code">brickyard account create ${view.suggestion}</code></div>`}
<p class="soft small after">Accept only if you trust the application${view.app.address && html` at <strong>${view.app.address}</strong>`}. You can review and revoke this at any time under <a href="/myapps">My Apps</a>.</p>
<form method="post" action="${form.action}" class="row"><input type="hidden" name="csrf" value="${form.csrf}">
<button class="plain" type="submit" name="step" value="decline">Decline</button><button type="submit" name="step" value="accept">Accept</button></form>`,
})

export const declinedPage = (view: { app: string; backTo: string }): Page => ({
  title: 'You declined',
  body: html`<h1>You declined the request</h1>
<p><strong>${view.app}</strong> was given nothing: it cannot sign you in or act for you. Nothing was changed in your account.</p>
<p class="soft small">Declined by mistake? Open the application again and sign in once more.</p>
<p class="soft small">AADSTS65004: User declined to consent to access the app.</p>
<div class="row"><a class="button" href="${view.backTo}">Back to ${view.app}</a></div>`,
})
