import type { Page } from 'playwright-core'
import { newPerson, openBrowser, signInAt } from '../../conformance/browser/people.ts'
import { makeService, runningCluster, workspaceApi } from '../../conformance/browser/service.ts'
import type { JupyterLab } from './jupyterlab.ts'

type Deps = {
  rounds: number
  warm: number
  startJupyterLab: (sources: readonly string[]) => Promise<JupyterLab>
  armProbe: (page: Page, output: string, wanted: string) => Promise<void>
  readProbe: (page: Page) => Promise<number>
}
const sources = ['1+1', '# the cell below']

/** Both notebooks are open and idle; then each runs its cell in turn. */
export async function measureBoth({ rounds, warm, startJupyterLab, armProbe, readProbe }: Deps): Promise<{ ours: number[]; theirs: number[] }> {
  const browser = await openBrowser()
  const url = await makeService()
  const cluster = await runningCluster(url)
  const jupyter = await startJupyterLab(sources)
  try {
    const person = await newPerson(browser)
    await signInAt(person, `${url}/workspace`)
    const id = await notebookOf(url, cluster, person.account.upn)
    const ourPage = person.page
    await ourPage.goto(`${url}/notebook/${id}`)
    const theirPage = await (await browser.newContext({ viewport: { width: 1280, height: 800 } })).newPage()
    await theirPage.goto(jupyter.url)

    const runOurs = async () => {
      const button = ourPage.getByRole('button', { name: 'Run cell 1', exact: true })
      await button.waitFor()
      await ourPage.bringToFront()
      await armProbe(ourPage, '[aria-label="Output of cell 1"] pre', '2')
      await button.click()
      return readProbe(ourPage)
    }
    const runTheirs = async () => {
      await theirPage.bringToFront()
      await theirPage.locator('.jp-Cell').first().locator('.cm-content').click()
      await armProbe(theirPage, '.jp-OutputArea-output pre', '2')
      await theirPage.locator('[data-command="notebook:run-cell-and-select-next"]').or(theirPage.getByRole('button', { name: /^Run this cell and advance/ })).first().click()
      return readProbe(theirPage).catch(async (error: unknown) => {
        throw new Error(`JupyterLab showed no output; its page says: ${(await theirPage.locator('body').innerText()).slice(0, 2000)}`, { cause: error })
      })
    }
    await ourPage.getByRole('region', { name: /^Cell 1/ }).waitFor()
    await theirPage.locator('.jp-Cell .cm-content').first().waitFor({ timeout: 60_000 })
    // Kernels start with the first run; that is not what is measured.
    await theirPage.waitForTimeout(3000)
    for (let round = 0; round < warm; round++) {
      await runOurs()
      await runTheirs()
    }
    const [ours, theirs]: [number[], number[]] = [[], []]
    for (let round = 0; round < rounds; round++) {
      ours.push(await runOurs())
      await ourPage.waitForTimeout(150)
      theirs.push(await runTheirs())
      await theirPage.waitForTimeout(150)
    }
    return { ours, theirs }
  } finally {
    await browser.close()
    await jupyter.stop()
  }
}

async function notebookOf(url: string, cluster: string, userName: string): Promise<string> {
  const api = (method: string, path: string, body?: unknown) => workspaceApi(url, method, path, body)
  const path = '/Shared/bench'
  await api('POST', '/api/2.0/workspace/mkdirs', { path: '/Shared' })
  await api('POST', '/api/2.0/workspace/import', { path, format: 'SOURCE', language: 'PYTHON', overwrite: true, content: Buffer.from('# Databricks notebook source\n').toString('base64') })
  const id = String((await api('GET', `/api/2.0/workspace/get-status?path=${encodeURIComponent(path)}`)).object_id)
  await api('PUT', `/api/2.0/brickyard/notebooks/${id}/document`, { language: 'PYTHON', cells: sources.map((source, index) => ({ id: `c${index}`, source })) })
  await api('PATCH', `/api/2.0/permissions/notebooks/${id}`, { access_control_list: [{ user_name: userName, permission_level: 'CAN_MANAGE' }] })
  await api('PATCH', `/api/2.0/permissions/clusters/${cluster}`, { access_control_list: [{ user_name: userName, permission_level: 'CAN_ATTACH_TO' }] })
  await api('POST', `/api/2.0/brickyard/notebooks/${id}/attach`, { cluster_id: cluster })
  return id
}
