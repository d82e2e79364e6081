import type { Trace } from '../oidc/aadsts.ts'
import { html, type Html } from './html.ts'
import type { Page } from './layout.ts'

/** The ids that support asks for. */
export const traceFacts = (trace: Trace): Html => html`<dl class="facts"><dt>Request Id</dt><dd>${trace.traceId}</dd><dt>Correlation Id</dt><dd>${trace.correlationId}</dd><dt>Timestamp</dt><dd>${trace.at.toISOString()}</dd></dl>`

export const errorPage = (view: { message: string; trace: Trace; status?: number; advice?: string }): Page => ({
  title: 'Sign-in problem',
  status: view.status ?? 400,
  body: html`<h1>Sorry, but we’re having trouble signing you in</h1>
<div class="note bad" role="alert"><p>${view.message}</p></div>
${view.advice && html`<p>${view.advice}</p>`}${traceFacts(view.trace)}`,
})

const field = (pair: { action: string; xsrf: string }) => html`<input type="hidden" name="xsrf" value="${pair.xsrf}">`

export const deviceInputPage = (form: { action: string; xsrf: string }, view: { code: string; trouble: string | null }): Page => ({
  title: 'Enter code',
  body: html`<h1>Enter code</h1><p class="soft">Enter the code that your app or device shows, to let it sign in as you.</p>
${view.trouble !== null && html`<div class="note bad" role="alert" id="trouble"><p>${view.trouble}</p></div>`}
<form method="post" action="${form.action}">${field(form)}
<label for="user_code">Code</label><input class="big" type="text" id="user_code" name="user_code" value="${view.code}" autocomplete="off" autocapitalize="characters" spellcheck="false" required autofocus>
<p class="hint">Never enter a code that somebody sent you: it would sign them in as you.</p>
<div class="row"><button type="submit">Next</button></div></form>`,
})

export const deviceConfirmPage = (form: { action: string; xsrf: string }, view: { app: string; code: string; address: string | undefined }): Page => ({
  title: 'Confirm sign-in',
  body: html`<h1>Are you trying to sign in to ${view.app}?</h1>
<p class="soft">Continue only if you see this code on a device of your own${view.address && html` (it asked from ${view.address})`}:</p>
<div class="big-code">${view.code}</div>
<form method="post" action="${form.action}" class="row">${field(form)}<input type="hidden" name="user_code" value="${view.code}">
<button class="plain" type="submit" name="abort" value="yes">Cancel</button><button type="submit" name="confirm" value="yes">Continue</button></form>`,
})

const bigTick = html`<div class="tick" aria-hidden="true"><svg width="26" height="26" viewBox="0 0 16 16" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"><path d="M3 8.5l3.2 3.2L13 5"/></svg></div>`

export const deviceDonePage = (app: string): Page => ({
  title: 'Signed in',
  body: html`${bigTick}<h1>You have signed in</h1><p>${app} on your device now continues by itself. You may close this window.</p>`,
})

export const signOutPage = (form: { action: string; xsrf: string }, view: { upn: string | undefined }): Page => ({
  title: 'Sign out',
  formsTo: ['https:', 'http:'],
  body: html`<h1>Do you want to sign out?</h1><p>${view.upn ? html`<strong>${view.upn}</strong> is` : html`You are`} signed in in this browser.</p>
<form method="post" action="${form.action}" class="row">${field(form)}<button class="plain" type="submit">Stay signed in</button><button type="submit" name="logout" value="yes">Sign out</button></form>`,
})

export const signedOutPage = (): Page => ({
  title: 'Signed out',
  body: html`${bigTick}<h1>You signed out of your account</h1><p class="soft">It is a good idea to close all browser windows.</p><div class="row"><a class="button plain" href="/myapps">Sign in again</a></div>`,
})
