import { readFile } from 'node:fs/promises'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { newPerson, openBrowser, signInAt, type Person } from './people.ts'
import { seriousFindings } from './readable.ts'
import { administrator, workspaceApi } from './service.ts'

const url = inject('workspaceUrl')
const home = `/Users/${administrator.upn}`
const place = `Files ${Math.random().toString(36).slice(2, 8)}`
let browser: Browser
let person: Person
let page: Page
const heading = (name: string | RegExp) => page.getByRole('heading', { level: 1, name, exact: true })
const item = (name: string) => page.getByRole('table', { name: 'Contents' }).getByRole('link', { name, exact: true })
const dialog = () => page.getByRole('dialog')
const nameBox = () => dialog().getByRole('textbox', { name: 'Name' })
const act = async (name: string, verb: string) => {
  await page.getByRole('button', { name: `Actions of ${name}`, exact: true }).click()
  await page.getByRole('menuitem', { name: verb, exact: true }).click()
}
const folder = async () => {
  await page.goto(`${url}/workspace${home}/${encodeURIComponent(place)}`)
  await heading(place).waitFor()
}
const python = '# Databricks notebook source\nprint(1)\n\n# COMMAND ----------\n\n# MAGIC %sql SELECT 2\n'

beforeAll(async () => {
  browser = await openBrowser()
  person = await newPerson(browser, {}, administrator)
  page = person.page
  await signInAt(person, `${url}/workspace`)
  await page.getByRole('button', { name: 'Create', exact: true }).click()
  await page.getByRole('menuitem', { name: 'Folder' }).click()
  await nameBox().fill(place)
  await dialog().getByRole('button', { name: 'Create' }).click()
  await item(place).click()
  await heading(place).waitFor()
})
afterAll(async () => {
  await workspaceApi(url, 'POST', '/api/2.0/workspace/delete', { path: `${home}/${place}`, recursive: true }).catch(() => {})
  await browser?.close()
})

test('a name that is taken or has a slash is refused as one types', async () => {
  await page.getByRole('button', { name: 'Create', exact: true }).click()
  await page.getByRole('menuitem', { name: 'Folder' }).click()
  await nameBox().fill('a/b')
  await dialog().getByText('A name has no “/”.').waitFor()
  await nameBox().fill('Inner')
  await dialog().getByRole('button', { name: 'Create' }).click()
  await item('Inner').waitFor()
  await page.getByRole('button', { name: 'Create', exact: true }).click()
  await page.getByRole('menuitem', { name: 'Folder' }).click()
  await nameBox().fill('Inner')
  await dialog().getByText('There is already something called “Inner” here.').waitFor()
  expect(await seriousFindings(page)).toEqual([])
  await dialog().getByRole('button', { name: 'Cancel' }).click()
})

test('files are uploaded: a text stays a file, a notebook becomes one', async () => {
  await page.getByLabel('Files to upload').setInputFiles([
    { name: 'notes.md', mimeType: 'text/markdown', buffer: Buffer.from('# Notes\n') },
    { name: 'count.py', mimeType: 'text/x-python', buffer: Buffer.from(python) },
  ])
  await dialog().getByRole('button', { name: 'Upload' }).click()
  await item('notes.md').waitFor()
  await item('count').waitFor()
  expect(await page.getByRole('row').filter({ hasText: 'count' }).innerText()).toContain('Notebook')
  expect(await seriousFindings(page)).toEqual([])
})

test('a text is changed and saved by Ctrl+S', async () => {
  await item('notes.md').click()
  await heading('notes.md').waitFor()
  await page.getByRole('textbox', { name: 'Content of notes.md' }).click()
  await page.keyboard.press('Control+End')
  await page.keyboard.type('One more line.')
  await page.keyboard.press('Control+s')
  await page.getByText('notes.md is saved').first().waitFor()
  const exported = await workspaceApi(url, 'GET', `/api/2.0/workspace/export?path=${encodeURIComponent(`${home}/${place}/notes.md`)}&format=AUTO`)
  expect(Buffer.from(String(exported.content), 'base64').toString()).toBe('# Notes\nOne more line.')
  await page.getByRole('navigation', { name: 'Breadcrumb' }).getByRole('link', { name: place }).click()
  await heading(place).waitFor()
})

test('a notebook is renamed, copied, moved and exported', async () => {
  await act('count', 'Rename')
  await nameBox().fill('Counting')
  await dialog().getByRole('button', { name: 'Rename' }).click()
  await item('Counting').waitFor()
  await act('Counting', 'Copy')
  await nameBox().fill('Counting twice')
  await dialog().getByRole('button', { name: 'Copy' }).click()
  await item('Counting twice').waitFor()
  await act('Counting twice', 'Move')
  await dialog().getByRole('treeitem', { name: 'Inner' }).click()
  await dialog().getByRole('button', { name: 'Move' }).click()
  await item('Counting twice').waitFor({ state: 'detached' })
  const saved = page.waitForEvent('download')
  await act('Counting', 'Export as source')
  expect(await readFile(await (await saved).path(), 'utf8')).toBe(python)
  await item('Inner').click()
  await item('Counting twice').waitFor()
  await folder()
})

test('what is deleted waits in the trash and comes back', async () => {
  await act('Counting', 'Delete')
  await dialog().getByRole('button', { name: 'Move to trash' }).click()
  await item('Counting').waitFor({ state: 'detached' })
  await page.goto(`${url}/workspace${home}/Trash`)
  await page.getByRole('button', { name: 'Actions of Counting', exact: true }).click()
  await page.getByRole('menuitem', { name: 'Restore' }).click()
  await page.getByText('Counting is restored').first().waitFor()
  await folder()
  await item('Counting').waitFor()
})

test('a permission is given to a group and taken away, and what comes from above is shown', async () => {
  await act('notes.md', 'Permissions')
  const list = dialog().getByRole('list', { name: 'Permissions' })
  await list.getByText(/from/).first().waitFor()
  await dialog().getByRole('combobox', { name: /^User, group/ }).fill('users')
  await page.getByRole('option', { name: 'users', exact: true }).click()
  await dialog().getByRole('button', { name: 'Give' }).click()
  await list.getByRole('combobox', { name: 'Permission of users' }).selectOption('CAN_EDIT')
  await expect.poll(async () => JSON.stringify((await workspaceApi(url, 'GET', `/api/2.0/brickyard/workspace/object?path=${encodeURIComponent(`${home}/${place}/notes.md`)}`).then((found) => workspaceApi(url, 'GET', `/api/2.0/permissions/files/${String(found.object_id)}`))).access_control_list)).toContain('CAN_EDIT')
  expect(await seriousFindings(page)).toEqual([])
  await list.getByRole('button', { name: 'Take away from users' }).click()
  await list.getByRole('combobox', { name: 'Permission of users' }).waitFor({ state: 'detached' })
  await dialog().getByRole('button', { name: 'Done' }).click()
})

test('the search finds files and notebooks', async () => {
  await page.keyboard.press('Control+k')
  await page.getByRole('combobox', { name: /^Search/ }).fill('Counting')
  await page.getByRole('option', { name: /Counting twice/ }).waitFor()
  await page.keyboard.press('Escape')
})
