import { html, type Html } from './html.ts'
import { firstLetter, type Page } from './layout.ts'

/** What every form of a sign-in carries. */
export type Form = { action: string; csrf: string; formsTo: readonly string[] }
export type Trouble = { text: string; code: number }

const hidden = (form: Form, step: string) => html`<input type="hidden" name="csrf" value="${form.csrf}"><input type="hidden" name="step" value="${step}">`
const alert = (trouble: Trouble | undefined) =>
  trouble && html`<div class="note bad" role="alert" id="trouble"><p>${trouble.text}</p>${trouble.code > 0 && html`<p class="small">Error AADSTS${trouble.code}</p>`}</div>`
const invalid = (trouble: Trouble | undefined): Html => (trouble ? html` aria-invalid="true" aria-describedby="trouble"` : html``)

/** First the name: it decides whether this directory knows the account at all. */
export const userNamePage = (form: Form, view: { app: string; domain: string; upn: string; trouble?: Trouble | undefined }): Page => ({
  title: 'Sign in',
  formsTo: form.formsTo,
  body: html`<h1>Sign in</h1><p class="soft">to continue to ${view.app}</p>${alert(view.trouble)}
<form method="post" action="${form.action}">${hidden(form, 'username')}
<label for="username">User name</label>
<input type="email" id="username" name="username" value="${view.upn}" placeholder="name@${view.domain}" autocomplete="username" autocapitalize="none" spellcheck="false" required autofocus${invalid(view.trouble)}>
<p class="hint">Use your organisation’s account. Personal accounts cannot sign in here.</p>
<div class="row"><button type="submit">Next</button></div></form>`,
})

export const passwordPage = (form: Form, view: { app: string; upn: string; keep: boolean; trouble?: Trouble | undefined }): Page => ({
  title: 'Enter password',
  formsTo: form.formsTo,
  body: html`<div class="who"><span class="mark round" aria-hidden="true">${firstLetter(view.upn)}</span><span>${view.upn}</span></div>
<h1>Enter password</h1><p class="soft">to continue to ${view.app}</p>${alert(view.trouble)}
<form method="post" action="${form.action}">${hidden(form, 'password')}
<input type="hidden" name="username" value="${view.upn}" autocomplete="username">
<label for="password">Password</label>
<input type="password" id="password" name="password" autocomplete="current-password" required autofocus${invalid(view.trouble)}>
<label class="check"><input type="checkbox" name="keep" value="yes"${view.keep && html` checked`}> Keep me signed in on this device</label>
<div class="row"><button type="submit">Sign in</button></div></form>
<form method="post" action="${form.action}" class="after">${hidden(form, 'other')}<button class="link small" type="submit">Sign in with another account</button></form>`,
})

export const accountPage = (form: Form, view: { app: string; account: { upn: string; name: string } }): Page => ({
  title: 'Pick an account',
  formsTo: form.formsTo,
  body: html`<h1>Pick an account</h1><p class="soft">to continue to ${view.app}</p>
<form method="post" action="${form.action}" class="accounts"><input type="hidden" name="csrf" value="${form.csrf}">
<button type="submit" name="step" value="account"><span class="mark round" aria-hidden="true">${firstLetter(view.account.name)}</span><span><span>${view.account.name}</span><span class="soft small">${view.account.upn} · signed in</span></span></button>
<button type="submit" name="step" value="other"><span class="mark round" aria-hidden="true">+</span><span>Use another account</span></button></form>`,
})

/** The refusal of an account that is not this organisation's, with what to do instead. */
export const foreignAccountPage = (form: Form, view: { upn: string; personal: boolean; message: string; suggestion: string; accountsUrl: string; facts: Html }): Page => ({
  title: 'This account cannot sign in here',
  status: 403,
  formsTo: form.formsTo,
  body: html`<h1>${view.personal ? 'Personal accounts cannot sign in here' : 'This account belongs to another organisation'}</h1>
<div class="note bad" role="alert"><p>${view.message}</p></div>
<h2>What you can do</h2>
<p>Sign in with an account of this organisation. If you have none, ask your administrator for one, or create a dedicated account with only the permissions it needs (<a href="${view.accountsUrl}">in the portal</a>, or with the command):</p>
<code class="code">brickyard account create ${view.suggestion}</code>
<form method="post" action="${form.action}" class="row">${hidden(form, 'other')}<button type="submit">Use another account</button></form>${view.facts}`,
})

export const newPasswordPage = (form: Form, view: { upn: string; trouble?: Trouble | undefined }): Page => ({
  title: 'Update your password',
  formsTo: form.formsTo,
  body: html`<div class="who"><span class="mark round" aria-hidden="true">${firstLetter(view.upn)}</span><span>${view.upn}</span></div>
<h1>Update your password</h1><p class="soft">You sign in for the first time, or your password was reset. Choose one that only you know.</p>${alert(view.trouble)}
<form method="post" action="${form.action}">${hidden(form, 'change')}
<input type="hidden" name="username" value="${view.upn}" autocomplete="username">
<label for="password">Current password</label><input type="password" id="password" name="password" autocomplete="current-password" required autofocus>
<label for="fresh">New password</label><input type="password" id="fresh" name="fresh" autocomplete="new-password" minlength="10" maxlength="256" required aria-describedby="rule">
<p class="hint" id="rule">At least 10 characters. A long sentence is fine.</p>
<label for="again">Repeat the new password</label><input type="password" id="again" name="again" autocomplete="new-password" minlength="10" maxlength="256" required>
<div class="row"><button type="submit">Sign in</button></div></form>`,
})
