import type { Locator, Page } from 'playwright-core'
import { newPerson, signInAt, type Person } from './people.ts'
import { workspaceApi, runningCluster } from './service.ts'
import type { Browser } from 'playwright-core'

// What the tests of notebooks stand on: people who may use the shared cluster, and notebooks of theirs.

const uses = new Map<string, Promise<string>>()
/** The cluster that all files share, for everybody. */
export const sharedCluster = (url: string): Promise<string> => {
  const known = uses.get(url) ?? runningCluster(url)
  uses.set(url, known)
  return known
}

/** Somebody signed in, who may attach notebooks to the shared cluster. */
export async function member(browser: Browser, url: string, looks?: Parameters<typeof newPerson>[1]): Promise<Person> {
  const person = await newPerson(browser, looks)
  await signInAt(person, `${url}/workspace`)
  await workspaceApi(url, 'PATCH', `/api/2.0/permissions/clusters/${await sharedCluster(url)}`, { access_control_list: [{ user_name: person.account.upn, permission_level: 'CAN_RESTART' }] })
  return person
}

/** Takes back the administration that who may manage the service gets at the sign-in. */
export async function onlyMember(url: string, { account }: Person): Promise<void> {
  const find = async (path: string) => (((await workspaceApi(url, 'GET', path)) as unknown as { Resources: { id: string }[] }).Resources[0]?.id ?? '')
  const user = await find(`/api/2.0/preview/scim/v2/Users?filter=${encodeURIComponent(`userName eq "${account.upn}"`)}`)
  const admins = await find(`/api/2.0/preview/scim/v2/Groups?filter=${encodeURIComponent('displayName eq "admins"')}`)
  await workspaceApi(url, 'PATCH', `/api/2.0/preview/scim/v2/Groups/${admins}`, { schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'], Operations: [{ op: 'remove', path: `members[value eq "${user}"]` }] })
}

type Wanted = { cells: readonly string[]; for: Readonly<Record<string, 'CAN_READ' | 'CAN_RUN' | 'CAN_EDIT' | 'CAN_MANAGE'>>; language?: 'PYTHON' | 'SQL'; attach?: boolean }
let made = 0

/** A notebook with these cells, attached to the shared cluster. Gives its object id. */
export async function notebookWith(url: string, { cells, for: people, language = 'PYTHON', attach = true }: Wanted): Promise<string> {
  const api = (method: string, path: string, body?: unknown) => workspaceApi(url, method, path, body)
  // In the home of the first of them, where nobody else may do anything by himself.
  const home = `/Users/${Object.keys(people)[0] ?? ''}`
  const path = `${home}/notebook ${Date.now()} ${++made}`
  await api('POST', '/api/2.0/workspace/mkdirs', { path: home })
  await api('POST', '/api/2.0/workspace/import', { path, format: 'SOURCE', language, overwrite: true, content: Buffer.from('# Databricks notebook source\n').toString('base64') })
  const id = String((await api('GET', `/api/2.0/workspace/get-status?path=${encodeURIComponent(path)}`)).object_id)
  await api('PUT', `/api/2.0/brickyard/notebooks/${id}/document`, { language, cells: cells.map((source, index) => ({ id: `cell-${index}`, source })) })
  await api('PATCH', `/api/2.0/permissions/notebooks/${id}`, { access_control_list: Object.entries(people).map(([user_name, permission_level]) => ({ user_name, permission_level })) })
  if (attach) await api('POST', `/api/2.0/brickyard/notebooks/${id}/attach`, { cluster_id: await sharedCluster(url) })
  return id
}

export const cell = (page: Page, number: number): Locator => page.getByRole('region', { name: new RegExp(`^Cell ${number}\\b`) })
export const output = (page: Page, number: number): Locator => page.getByRole('group', { name: `Output of cell ${number}`, exact: true })
export const source = (page: Page, number: number): Locator => page.getByRole('textbox', { name: `Source of cell ${number}`, exact: true })
/** What is written in a cell, without the names of the others whose cursors stand in it. */
export const written = (page: Page, number: number): Promise<string> =>
  source(page, number).evaluate((node) => {
    const copy = node.cloneNode(true)
    if (!(copy instanceof HTMLElement)) return ''
    for (const each of copy.querySelectorAll('.cm-remote-caret')) each.remove()
    return [...copy.querySelectorAll('.cm-line')].map((line) => (line.textContent ?? '').replaceAll('\u2060', '')).join('\n')
  })
export const runCell = (page: Page, number: number): Promise<void> => page.getByRole('button', { name: `Run cell ${number}`, exact: true }).click()

/** Opens a notebook and waits until its first cell is there. */
export async function openNotebook(page: Page, url: string, id: string): Promise<void> {
  await page.goto(`${url}/notebook/${id}`)
  await cell(page, 1).waitFor()
}
