import type { Browser } from './browser.ts'
import type { Field, Form, Page } from './forms.ts'

export type Account = { upn: string; password: string }
/** What a consent page said before it was accepted. */
export type Consent = { application: string; scopes: string[]; warning: string | null }

const has = (form: Form, wanted: (field: Field) => boolean) => form.fields.some((field) => wanted(field))
const isStep = (step: string) => (form: Form) => has(form, (field) => field.name === 'step' && field.value === step)
const buttonOf = (form: Form, value: string) => form.buttons.find((button) => button.value === value)

/**
 * Answers the directory's pages as a person would, until the browser arrives where the application waits, or at a page
 * that asks nothing. Each page is recognised by its form.
 */
export async function answerPages(browser: Browser, first: Page, account: Account, arriveAt?: string): Promise<{ page: Page; consents: Consent[] }> {
  const consents: Consent[] = []
  let page = first
  for (let pages = 0; pages < 12; pages++) {
    if (page.status === 0) return { page, consents }
    const next = await answerOne(browser, page, account, consents, arriveAt)
    if (!next) return { page, consents }
    page = next
  }
  throw new Error(`The sign-in goes on and on; the last page is “${page.title}”.`)
}

async function answerOne(browser: Browser, page: Page, account: Account, consents: Consent[], arriveAt: string | undefined): Promise<Page | null> {
  for (const form of page.forms) {
    if (isStep('username')(form)) return browser.submit(form, { username: account.upn }, undefined, arriveAt)
    if (isStep('password')(form)) {
      if (page.text.includes('AADSTS')) throw new Error(`The sign-in was refused: ${troubleOf(page)}`)
      return browser.submit(form, { password: account.password }, undefined, arriveAt)
    }
    const known = buttonOf(form, 'account')
    if (known) return browser.submit(form, {}, known, arriveAt)
    const accept = buttonOf(form, 'accept')
    if (accept) {
      consents.push(consentOf(page))
      return browser.submit(form, {}, accept, arriveAt)
    }
    const confirm = form.buttons.find((button) => button.name === 'confirm')
    if (confirm) return browser.submit(form, {}, confirm, arriveAt)
    const code = form.fields.find((field) => field.name === 'user_code' && field.type === 'text')
    if (code) return browser.submit(form, { user_code: code.value }, undefined, arriveAt)
  }
  return null
}

/** The consent page in its own words: whose application asks, then a line a scope that ends in the scope's name, then perhaps a warning. */
function consentOf(page: Page): Consent {
  const lines = page.text.split('\n')
  const asks = lines.findIndex((line) => line.includes('asks for your permission'))
  const publisher = lines.findIndex((line) => line.startsWith('Published by'))
  const warning = lines.findIndex((line) => line.includes('can do more than the application needs'))
  return {
    application: lines[publisher - 1] ?? lines[asks] ?? '',
    scopes: lines.slice(asks + 1).filter((line) => /[·:] ?[\w.]+\)?$/.test(line)),
    warning: warning === -1 ? null : `${lines[warning]} ${lines[warning + 1] ?? ''}`.trim(),
  }
}

/** The sentence of an error page. */
export const troubleOf = (page: Page): string => page.text.split('\n').find((line) => line.includes('AADSTS')) ?? page.title

/** Gives a name that the directory must refuse, and reads what it says. */
export async function tryName(browser: Browser, first: Page, upn: string): Promise<Page> {
  const form = first.forms.find(isStep('username'))
  if (!form) throw new Error(`There is no field for a user name on the page “${first.title}”.`)
  return browser.submit(form, { username: upn })
}
