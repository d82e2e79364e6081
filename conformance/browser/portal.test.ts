import { createRequire } from 'node:module'
import { readFile } from 'node:fs/promises'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { newPerson, openBrowser, signInAt, type Person } from './people.ts'
import { administrator, arm, groupPath, location, loginUrl, managedGroupPath, portalUrl, servicePath, until } from './service.ts'

// The cloud by mouse and keyboard: made, looked at, explained, and deleted.

const group = `portal-${Date.now().toString(36)}`
const path = groupPath.replace(/[^/]+$/, group)
let browser: Browser
let admin: Person
beforeAll(async () => {
  browser = await openBrowser()
  admin = await newPerson(browser, {}, administrator)
  await signInAt(admin, portalUrl)
})
afterAll(async () => {
  await browser?.close()
  await arm('DELETE', path).catch(() => {})
})

const title = (page: Page, name: string | RegExp) => page.getByRole('heading', { level: 1, name }).waitFor()
const go = async (page: Page, to: string, heading: string | RegExp) => {
  await page.goto(`${portalUrl}${to}`)
  await title(page, heading)
}

const inWorkspace = (url: URL) => ![portalUrl, loginUrl].includes(url.origin) && !url.pathname.startsWith('/login')
/** As if nothing had been launched before: what the administrator allowed is taken back, by the portal's own API. */
const forgetConsents = (page: Page) => page.evaluate(async () => {
  const headers = { 'x-brickyard-browser': '1' }
  const { value } = (await (await fetch('/graph/v1.0/oauth2PermissionGrants', { headers })).json()) as { value: { id: string }[] }
  for (const { id } of value) await fetch(`/graph/v1.0/oauth2PermissionGrants/${id}`, { method: 'DELETE', headers })
})

test('a service is made by hand, step by step, opened with one click, and deleted with a typed confirmation', async () => {
  const { page } = admin
  await go(page, '/', /Welcome/)
  await page.getByRole('link', { name: 'Create a resource' }).first().click()
  await page.getByRole('link', { name: /Azure Databricks Service/ }).click()
  await page.getByRole('combobox', { name: 'Resource group' }).fill(group)
  await page.getByText(`A new resource group ${group} will be made.`).waitFor()
  await page.getByLabel('Workspace name').fill('no!')
  await page.getByText('Only letters, digits, - and _ are allowed.').waitFor()
  await page.getByLabel('Workspace name').fill('by-hand')
  await page.getByText('This name is free.').waitFor()
  await page.getByRole('tab', { name: 'Networking' }).click()
  await page.getByLabel('Virtual network address prefix').fill('8.8')
  await page.getByText(/private network, such as 10.139/).waitFor()
  await page.getByRole('tab', { name: 'Review + create' }).click()
  await page.getByText('Not yet').waitFor()
  await page.getByRole('tab', { name: 'Networking' }).click()
  await page.getByLabel('Virtual network address prefix').fill('10.77')
  await page.getByRole('button', { name: 'Review + create' }).click()
  await page.getByText('Validation passed.').waitFor()
  await page.getByRole('button', { name: 'Create', exact: true }).click()
  await page.getByText('Creating the virtual network').waitFor()
  await title(page, 'Your deployment is complete')
  expect(await page.getByRole('listitem').filter({ hasText: /Creating|Locking|Registering/ }).getByLabel('Done').count()).toBe(7)
  await page.getByRole('button', { name: 'Go to resource' }).click()
  await title(page, 'by-hand')
  for (const fact of ['Active', 'Managed Resource Group', 'URL', 'Resource group', 'Location', 'Pricing tier']) await page.getByText(fact, { exact: true }).first().waitFor()

  await forgetConsents(page)
  const [workspace] = await Promise.all([page.waitForEvent('popup'), page.getByText('Launch Workspace').last().click()])
  await workspace.getByRole('heading', { name: 'Permissions requested' }).waitFor()
  await workspace.getByText('This account can do more than the application needs.').waitFor()
  await workspace.getByRole('button', { name: 'Accept' }).click()
  await workspace.waitForURL(inWorkspace)
  await workspace.close()
  const [again] = await Promise.all([page.waitForEvent('popup'), page.getByText('Launch Workspace').last().click()])
  await again.waitForURL(inWorkspace)
  await again.close()

  await page.getByRole('link', { name: /^databricks-rg-by-hand-/ }).first().click()
  await page.getByText(/This resource group is managed by/).waitFor()
  for (const kind of ['Storage account', 'Virtual network', 'Network security group', 'Managed identity']) await page.getByRole('cell', { name: kind }).first().waitFor()

  await go(page, `/resource${path}/providers/Microsoft.Databricks/workspaces/by-hand`, 'by-hand')
  await page.getByRole('button', { name: 'Delete' }).click()
  const dialog = page.getByRole('alertdialog')
  await dialog.getByText('What stays').waitFor()
  await dialog.getByText(/All data in its root storage/).waitFor()
  expect(await dialog.getByRole('button', { name: 'Delete' }).isDisabled()).toBe(true)
  await dialog.getByLabel('Type by-hand to confirm').fill('by-hand')
  await dialog.getByRole('button', { name: 'Delete' }).click()
  await title(page, group)
  await page.getByText('This resource group is empty').waitFor({ timeout: 90_000 })
  await page.getByRole('button', { name: /Notifications/ }).click()
  await page.getByText('by-hand and its managed resource group are gone.').first().waitFor()
})

test('the lock of the root storage is explained where one runs into it', async () => {
  const { page } = admin
  await go(page, `/resource${managedGroupPath}`, /managed/)
  await page.getByRole('link', { name: /^dbstorage/ }).first().click()
  await page.getByText(/and it is locked/).waitFor()
  await page.getByRole('tab', { name: 'Access keys' }).click()
  await page.getByRole('button', { name: 'Show the keys' }).click()
  await page.getByRole('alert').getByText('The keys cannot be listed: locked by its service').waitFor()
  await page.getByText('What the resource manager said').click()
  await page.getByText(/the access is denied because of the deny assignment/).waitFor()
  await page.getByRole('tab', { name: 'Access control (IAM)' }).click()
  await page.getByText(/A deny assignment wins over every role/).waitFor()
  const button = page.getByRole('button', { name: 'Delete', exact: true })
  await expect.poll(() => button.getAttribute('aria-disabled')).toBe('true')
  await button.hover()
  await page.getByText(/forbids it: only the service/).waitFor()
})

test('machines: state, address, console, and what may be done with them; a flow and the rule that decides', async () => {
  const { page } = admin
  await machine('talker')
  await go(page, `/resource${path}/providers/Microsoft.Compute/virtualMachines/talker`, 'talker')
  await page.getByText('Running', { exact: true }).first().waitFor()
  await page.getByRole('img', { name: /^CPU: / }).waitFor({ timeout: 30_000 })
  await page.getByRole('tab', { name: 'Boot diagnostics' }).click()
  await expect.poll(() => page.getByLabel('Serial log').innerText()).toContain('hello from the console')

  await go(page, `/network?network=${encodeURIComponent(`${path}/providers/Microsoft.Network/virtualNetworks/net`)}`, 'Network')
  await page.getByRole('button', { name: /^Internet/ }).click()
  await page.getByRole('button', { name: /^talker/ }).click()
  await page.getByRole('textbox', { name: 'Port' }).fill('22')
  await page.getByRole('button', { name: 'Check the flow' }).click()
  const answer = page.getByRole('status').filter({ hasText: 'arriving at talker' })
  await answer.getByText('Denied').waitFor()
  await answer.getByText('no-ssh').waitFor()

  await go(page, `/resource${path}/providers/Microsoft.Compute/virtualMachines/talker`, 'talker')
  await expect.poll(() => page.getByRole('button', { name: 'Start', exact: true }).getAttribute('aria-disabled')).toBe('true')
  await page.getByRole('button', { name: 'Stop', exact: true }).click()
  await page.getByRole('alertdialog').getByRole('button', { name: 'Stop' }).click()
  await page.getByText('Deallocated', { exact: true }).first().waitFor({ timeout: 60_000 })
  await page.getByRole('tab', { name: 'Activity log' }).click()
  await page.getByRole('button', { name: /Deallocate virtual machine/ }).first().waitFor()
})

test('a dedicated account is made with the one role that it needs', async () => {
  const { page } = admin
  await go(page, '/directory/users', 'Users')
  await page.getByRole('button', { name: 'Create a dedicated account' }).click()
  const name = `dedicated-${Date.now().toString(36)}`
  const dialog = page.getByRole('alertdialog')
  await dialog.getByLabel('User name').fill(`${name}@gmail.com`)
  await dialog.getByText(/Accounts belong to this organisation/).waitFor()
  await dialog.getByLabel('User name').fill(name)
  await dialog.getByRole('button', { name: 'Create' }).click()
  await dialog.getByText(/Copy the password now/).waitFor()
  await dialog.getByText('Azure Databricks Workspace Contributor').waitFor()
  await dialog.getByRole('button', { name: 'Done' }).click()
  await page.getByRole('link', { name }).waitFor()
})

test('everything is found by keyboard, and nothing is said that a screen reader misses, light and dark, wide and narrow', async () => {
  const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
  const { page } = admin
  await go(page, '/', /Welcome/)
  await page.keyboard.press('/')
  await page.keyboard.type('quota')
  await page.getByRole('option', { name: /Quota and usage/ }).waitFor()
  await page.keyboard.press('Enter')
  await title(page, 'Quota and usage')
  const places = ['/', '/groups', '/resources', '/create/databricks', '/network', '/quota', '/activity', '/directory/users', '/directory/applications', '/directory/consents', '/directory/sign-ins', `/resource${servicePath}`, `/resource${managedGroupPath}`, `/resource${servicePath}?tab=access`]
  for (const [width, dark] of [[1280, false], [390, true]] as const) {
    await page.setViewportSize({ width, height: 844 })
    await page.emulateMedia({ colorScheme: dark ? 'dark' : 'light' })
    for (const place of places) {
      await page.goto(`${portalUrl}${place}`)
      await page.getByRole('heading', { level: 1 }).waitFor()
      await page.waitForLoadState('networkidle', { timeout: 2_000 }).catch(() => {})
      await page.evaluate(axe)
      // Fluent's own focus sentinels are hidden and focusable on purpose.
      const found = await page.evaluate(`axe.run({ exclude: [['[data-tabster-dummy]']] }).then((r) => r.violations.filter((v) => v.impact === 'serious' || v.impact === 'critical').map((v) => v.id + ' ' + v.nodes[0].html.slice(0, 200)))`)
      expect(found, `${place} at ${width}`).toEqual([])
      expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth'), `${place} at ${width}`).toBeLessThanOrEqual(1)
    }
  }
  await page.setViewportSize({ width: 1280, height: 800 })
})

test('a hostile page on another port of this machine cannot act as the person', async () => {
  const { context } = admin
  const page = await context.newPage()
  const elsewhere = 'https://localhost:4'
  await context.route(`${elsewhere}/**`, (route) => route.fulfill({ contentType: 'text/html', body: '<!doctype html><title>Win a prize</title>' }))
  await page.goto(elsewhere)
  const answers = await page.evaluate(async ([url, target]) => {
    const ask = (to: string, options: RequestInit) => fetch(url + to, { credentials: 'include', ...options }).then((answer) => answer.type, (error: Error) => error.name)
    return [await ask('/portal/me', {}), await ask('/portal/me', { headers: { 'x-brickyard-browser': '1' } }), await ask(target, { method: 'PUT', body: '{"location":"local"}', headers: { 'x-brickyard-browser': '1' } }), await ask('/portal/sign-out', { method: 'POST', mode: 'no-cors' })]
  }, [portalUrl, `${path}-stolen?api-version=2024-03-01`] as const)
  expect(answers.filter((type) => type !== 'TypeError' && type !== 'opaque')).toEqual([])
  await expect(arm('GET', `${path}-stolen`)).rejects.toMatchObject({ status: 404 })
  await go(admin.page, '/', /Welcome/) // still signed in
  await page.close()
})

test('signing out ends in words, and the portal asks again', async () => {
  const person = await newPerson(browser, {}, administrator)
  await signInAt(person, portalUrl)
  const { page } = person
  await title(page, /Welcome/)
  await page.getByRole('button', { name: /^Account/ }).click()
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByRole('heading', { name: 'Do you want to sign out?' }).waitFor()
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByText('You signed out of the portal').waitFor()
  await page.goto(portalUrl)
  await page.getByLabel('User name').waitFor()
  await person.context.close()
})

test('the workspace’s account leads back to the portal', async () => {
  expect(inject('workspaceUrl')).toMatch(/^https:/)
  const { page } = admin
  await page.goto(`${portalUrl}/#${servicePath}`)
  await title(page, 'browser')
})

/** A machine of the smallest size in a network with a rule of its own, made by the public API. */
async function machine(name: string): Promise<void> {
  await arm('PUT', path, { location })
  const network = `${path}/providers/Microsoft.Network`
  await arm('PUT', `${network}/networkSecurityGroups/sg`, { location, properties: { securityRules: [{ name: 'no-ssh', properties: { protocol: 'Tcp', access: 'Deny', direction: 'Inbound', priority: 100, sourceAddressPrefix: '*', sourcePortRange: '*', destinationAddressPrefix: '*', destinationPortRange: '22' } }] } }, '2025-05-01')
  await arm('PUT', `${network}/virtualNetworks/net`, { location, properties: { addressSpace: { addressPrefixes: ['10.50.0.0/16'] }, subnets: [{ name: 'one', properties: { addressPrefix: '10.50.0.0/24', networkSecurityGroup: { id: `${network}/networkSecurityGroups/sg` } } }] } }, '2025-05-01')
  await arm('PUT', `${network}/networkInterfaces/${name}-nic`, { location, properties: { ipConfigurations: [{ name: 'ip', properties: { subnet: { id: `${network}/virtualNetworks/net/subnets/one` } } }] } }, '2025-05-01')
  const customData = Buffer.from('#!/bin/sh\necho hello from the console\nsleep 3600\n').toString('base64')
  const id = `${path}/providers/Microsoft.Compute/virtualMachines/${name}`
  await arm('PUT', id, {
    location, properties: {
      hardwareProfile: { vmSize: 'Standard_B1ms' }, storageProfile: { imageReference: { publisher: 'brickyard', offer: 'brickyard', sku: 'spark', version: 'latest' }, osDisk: { createOption: 'FromImage', deleteOption: 'Delete' } },
      osProfile: { computerName: name, adminUsername: 'brickyard', customData }, networkProfile: { networkInterfaces: [{ id: `${network}/networkInterfaces/${name}-nic`, properties: { primary: true, deleteOption: 'Delete' } }] },
    },
  }, '2026-03-01')
  await until('the machine', 60, async () => ((await arm('GET', id, undefined, '2026-03-01')).properties.provisioningState === 'Succeeded' ? true : undefined))
}
