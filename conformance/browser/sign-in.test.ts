import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { newPerson, openBrowser, signInAt } from './people.ts'
import { administrator, portalUrl } from './service.ts'

// Who may come in, what they are asked, and what they are told when they may not. These pages run no script.

let browser: Browser
beforeAll(async () => { browser = await openBrowser() })
afterAll(() => browser?.close())

test('a personal account is refused by name, with what to do instead', async () => {
  const { page, context } = await newPerson(browser, {}, administrator)
  await page.goto(portalUrl)
  await page.getByLabel('User name').fill('someone@outlook.com')
  await page.getByRole('button', { name: 'Next' }).click()
  await page.getByRole('heading', { name: 'Personal accounts cannot sign in here' }).waitFor()
  await page.getByRole('alert').getByText(/someone@outlook.com/).waitFor()
  await page.getByRole('link', { name: 'in the portal' }).waitFor()
  await page.getByRole('button', { name: 'Use another account' }).click()
  await page.getByLabel('User name').waitFor()
  await context.close()
})

test('a wrong password is said, and too many of them slow one down', async () => {
  const { page, context, account } = await newPerson(browser)
  await page.goto(portalUrl)
  await page.getByLabel('User name').fill(account.upn)
  await page.getByRole('button', { name: 'Next' }).click()
  const tryOnce = async () => {
    await page.getByLabel('Password', { exact: true }).fill('not the password')
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    return page.getByRole('alert').innerText()
  }
  expect(await tryOnce()).toContain('Your user name or password is incorrect')
  for (let tries = 0; tries < 6; tries++) await tryOnce()
  expect(await page.getByRole('alert').innerText()).toMatch(/too many times.*Try again in/s)
  await context.close()
})

test('a declined consent gives nothing and says so; an accepted one is revoked in the portal and asked for again', async () => {
  const workspace = inject('workspaceUrl')
  const person = await newPerson(browser)
  const { page } = person
  await signInAt(person, portalUrl)
  await page.goto(workspace)
  await page.getByRole('heading', { name: 'Permissions requested' }).waitFor()
  await page.getByText('Manage cloud resources as you').waitFor()
  await page.getByRole('button', { name: 'Decline' }).click()
  await page.getByRole('heading', { name: 'You declined the request' }).waitFor()
  await page.getByRole('link', { name: /^Back to/ }).click()
  await page.getByText(/did not give your consent/i).first().waitFor()
  await signInAt(person, workspace)

  await page.goto(`${portalUrl}/directory/consents`)
  await page.getByRole('button', { name: /^Revoke Azure Databricks/ }).first().click()
  await page.getByRole('alertdialog').getByRole('button', { name: 'Revoke' }).click()
  await page.getByText('No consents').waitFor()
  await page.context().clearCookies({ name: /^brickyard_session_/ })
  await page.goto(workspace)
  await page.getByRole('heading', { name: 'Permissions requested' }).waitFor()
  await person.context.close()
})

test('somebody who is signed in picks their account', async () => {
  const person = await newPerson(browser)
  await signInAt(person, portalUrl)
  await person.page.goto(`${portalUrl}/portal/sign-in?account=pick`)
  await person.page.getByRole('heading', { name: 'Pick an account' }).waitFor()
  await person.page.getByRole('button', { name: person.account.upn }).click()
  await person.page.getByRole('heading', { level: 1, name: /Welcome/ }).waitFor()
  await person.context.close()
})
