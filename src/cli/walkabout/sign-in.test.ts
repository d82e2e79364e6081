import { expect, test } from 'vitest'
import type { Browser } from './browser.ts'
import { readPage, type Page } from './forms.ts'
import { answerPages } from './sign-in.ts'

const page = (body: string) => readPage('https://localhost:1/sign-in', 200, `<title>t</title>${body}`)
const form = (step: string, fields: string) => page(`<form method="post" action="/next"><input type="hidden" name="step" value="${step}">${fields}<button type="submit">Next</button></form>`)
const arrived: Page = { url: 'http://localhost:8020/?code=1', status: 0, title: '', text: '', forms: [] }
const account = { upn: 'olga@brickyard.local', password: 'correct horse' }

/** Shows one page after another, and remembers what was filled in and pressed. */
function stack(pages: Page[]) {
  const answers: Record<string, string>[] = []
  const browser: Pick<Browser, 'submit'> = {
    async submit(_form, filled, button) {
      answers.push({ ...filled, ...(button && { [button.name]: button.value }) })
      return pages.shift() ?? arrived
    },
  }
  return { browser: { ...browser, visit: async () => arrived, close() {} }, answers }
}

test('a person gives name and password, reads the consent, accepts, and is back', async () => {
  const consent = page(`<div>Azure Databricks</div><div>Published by Brickyard</div><p>This application asks for your permission to:</p><ul><li><strong>Act as you</strong><span>Everywhere. <span>Azure Resource Manager · user_impersonation</span></span></li></ul>
<p>This account can do more than the application needs.</p><p>It is Owner.</p><p>Accept only if you trust the application.</p><form method="post"><button name="step" value="decline">Decline</button><button name="step" value="accept">Accept</button></form>`)
  const { browser, answers } = stack([form('password', '<input type="password" name="password">'), consent, arrived])
  const { page: last, consents } = await answerPages(browser, form('username', '<input type="email" name="username">'), account)
  expect(last).toBe(arrived)
  expect(answers).toEqual([{ username: account.upn }, { password: account.password }, { step: 'accept' }])
  expect(consents).toEqual([{ application: 'Azure Databricks', scopes: ['Act as you Everywhere. Azure Resource Manager · user_impersonation'], warning: 'This account can do more than the application needs. It is Owner.' }])
})

test('a refused password ends the sign-in with the directory\u2019s own sentence', async () => {
  const { browser } = stack([])
  const refused = page('<p>AADSTS50126: wrong</p><form method="post"><input type="hidden" name="step" value="password"><input type="password" name="password"></form>')
  await expect(answerPages(browser, refused, account)).rejects.toThrow('AADSTS50126: wrong')
})

test('a page without a form that is known is where it ends', async () => {
  const { browser } = stack([])
  const done = page('<h1>You have signed in</h1>')
  expect((await answerPages(browser, done, account)).page).toBe(done)
})
