import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { newPerson, openBrowser, signInAt } from './people.ts'
import { administrator, arm, groupPath, loginUrl, makeService, managedGroupPath, portalUrl, removeService, runningCluster, servicePath } from './service.ts'

// node screenshots.ts <folder> [name …]: every page of the product, in light and dark, as PNG files.

const [folder = '', ...wanted] = process.argv.slice(2)
type World = { workspaceUrl: string; clusterId: string; notebookId: string; machineId: string; userName: string }
type Shot = { name: string; at: (world: World) => string; ready: string | RegExp; narrow?: true; prepare?: (page: Page) => Promise<unknown> }

const resource = (id: string, tab = '') => `${portalUrl}/resource${id}${tab === '' ? '' : `?tab=${tab}`}`
const portal: Shot[] = [
  { name: 'portal-home', at: () => portalUrl, ready: /Welcome|Home|Recent/, narrow: true },
  { name: 'portal-groups', at: () => `${portalUrl}/groups`, ready: 'conformance-browser' },
  { name: 'portal-resources', at: () => `${portalUrl}/resources`, ready: 'browser' },
  { name: 'portal-create', at: () => `${portalUrl}/create/databricks`, ready: /Azure Databricks/ },
  { name: 'portal-service', at: () => resource(servicePath), ready: /Launch Workspace/, narrow: true },
  { name: 'portal-managed-group', at: () => resource(managedGroupPath), ready: /dbstorage|Storage account/ },
  { name: 'portal-machine', at: ({ machineId }) => resource(machineId), ready: /Virtual machine/ },
  { name: 'portal-network', at: () => `${portalUrl}/network`, ready: /subnet/i },
  { name: 'portal-quota', at: () => `${portalUrl}/quota`, ready: /cores|vCPU/i },
  { name: 'portal-activity', at: () => `${portalUrl}/activity`, ready: /Activity/ },
  { name: 'portal-users', at: () => `${portalUrl}/directory/users`, ready: /admin/i },
  { name: 'portal-applications', at: () => `${portalUrl}/directory/applications`, ready: /Databricks/ },
  { name: 'portal-consents', at: () => `${portalUrl}/directory/consents`, ready: /onsent/ },
  { name: 'portal-sign-ins', at: () => `${portalUrl}/directory/sign-ins`, ready: /ign-in/ },
]
const workspace: Shot[] = [
  { name: 'workspace-home', at: ({ workspaceUrl }) => workspaceUrl, ready: /Recent|Welcome|Tour|Good/, narrow: true },
  { name: 'workspace-compute', at: ({ workspaceUrl }) => `${workspaceUrl}/compute`, ready: 'shared', narrow: true },
  { name: 'workspace-compute-new', at: ({ workspaceUrl }) => `${workspaceUrl}/compute/new`, ready: /JSON/ },
  { name: 'workspace-cluster', at: ({ workspaceUrl, clusterId }) => `${workspaceUrl}/compute/${clusterId}`, ready: 'shared' },
  { name: 'workspace-cluster-events', at: ({ workspaceUrl, clusterId }) => `${workspaceUrl}/compute/${clusterId}/events`, ready: /RUNNING|Running/ },
  { name: 'workspace-cluster-machines', at: ({ workspaceUrl, clusterId }) => `${workspaceUrl}/compute/${clusterId}/machines`, ready: /driver/i },
  { name: 'workspace-cluster-logs', at: ({ workspaceUrl, clusterId }) => `${workspaceUrl}/compute/${clusterId}/logs`, ready: /driver|log/i },
  { name: 'workspace-cluster-metrics', at: ({ workspaceUrl, clusterId }) => `${workspaceUrl}/compute/${clusterId}/metrics`, ready: /CPU/ },
  { name: 'workspace-files', at: ({ workspaceUrl }) => `${workspaceUrl}/workspace`, ready: /Users|Shared|Tour/, narrow: true },
  { name: 'workspace-notebook', at: ({ workspaceUrl, notebookId }) => `${workspaceUrl}/notebook/${notebookId}`, ready: /flights|Run all/i, narrow: true, prepare: (page) => page.waitForTimeout(1500) },
  { name: 'workspace-settings', at: ({ workspaceUrl }) => `${workspaceUrl}/settings/tokens`, ready: /oken/ },
  { name: 'workspace-users', at: ({ workspaceUrl }) => `${workspaceUrl}/settings/users`, ready: /user/i },
  { name: 'workspace-groups', at: ({ workspaceUrl }) => `${workspaceUrl}/settings/groups`, ready: /admins/ },
  { name: 'workspace-tour', at: ({ workspaceUrl }) => `${workspaceUrl}/tour`, ready: /tour/i },
]
const isWanted = ({ name }: { name: string }) => wanted.length === 0 || wanted.some((each) => name.startsWith(each))

async function world(): Promise<World & { password: string }> {
  const workspaceUrl = await makeService()
  const clusterId = await runningCluster(workspaceUrl)
  const machines = await arm('GET', `${managedGroupPath}/providers/Microsoft.Compute/virtualMachines`, undefined, '2024-07-01')
  return { workspaceUrl, clusterId, notebookId: '', machineId: machines.value[0]?.id ?? '', userName: administrator.upn, password: administrator.password }
}

/** The tour's first notebook, run: what a page with results looks like. */
async function notebook(page: Page, { workspaceUrl, clusterId, userName }: World): Promise<string> {
  const api = (method: string, path: string, body?: unknown) =>
    page.evaluate(async ([verb, url, sent]) => {
      const answer = await fetch(url ?? '', { method: verb ?? 'GET', headers: { 'content-type': 'application/json', 'x-brickyard-browser': '1' }, ...(sent === '' ? {} : { body: sent ?? '' }) })
      return (await answer.json()) as Record<string, unknown>
    }, [method, `${workspaceUrl}${path}`, body === undefined ? '' : JSON.stringify(body)])
  const cells = ['%md\n# Flights\nHow far do New York’s carriers fly?', "data = spark.range(1, 13).selectExpr('id as month', 'cast(100 + 40 * sin(id / 2) as int) as flights', 'id * 7 % 11 as delayed')\ndata.createOrReplaceTempView('months')\ndisplay(data)", '%sql\nselect month, flights, delayed / flights as share from months order by flights desc', "import sys\nprint('Python', sys.version.split()[0], 'on the driver')"]
  const source = `# Databricks notebook source\n${cells.map((cell) => (cell.startsWith('%') ? cell.split('\n').map((line) => `# MAGIC ${line}`).join('\n') : cell)).join('\n\n# COMMAND ----------\n\n')}\n`
  const path = `/Users/${userName}/Flights`
  await api('POST', '/api/2.0/workspace/import', { path, format: 'SOURCE', language: 'PYTHON', overwrite: true, content: Buffer.from(source).toString('base64') })
  const id = String((await api('GET', `/api/2.0/workspace/get-status?path=${encodeURIComponent(path)}`)).object_id)
  await page.goto(`${workspaceUrl}/notebook/${id}`)
  await api('POST', `/api/2.0/brickyard/notebooks/${id}/attach`, { cluster_id: clusterId })
  await page.getByRole('button', { name: /Run all/ }).first().click()
  await page.getByText('on the driver').last().waitFor({ timeout: 90_000 })
  return id
}

const browser = await openBrowser()
let failed = 0
try {
  await mkdir(folder, { recursive: true })
  const made = await world()
  const account = { upn: made.userName, password: made.password }
  const someone = await newPerson(browser, {}, account)
  await someone.page.goto(`${loginUrl}/myapps`)
  await someone.page.screenshot({ path: join(folder, 'sign-in-light.png') })
  await signInAt(someone, portalUrl)
  await signInAt(someone, made.workspaceUrl)
  if (workspace.some(isWanted)) made.notebookId = await notebook(someone.page, made).catch((error: unknown) => { console.log(`notebook: ${String(error).slice(0, 300)}`); failed += 1; return '' })
  const state = await someone.context.storageState()
  for (const dark of [false, true]) {
    for (const width of [1280, 390]) {
      const context = await browser.newContext({ ignoreHTTPSErrors: true, storageState: state, viewport: { width, height: width === 390 ? 844 : 800 }, colorScheme: dark ? 'dark' : 'light' })
      const page = await context.newPage()
      for (const shot of [...portal, ...workspace].filter(isWanted)) {
        if (width === 390 && !shot.narrow) continue
        const file = `${shot.name}${width === 390 ? '-narrow' : ''}-${dark ? 'dark' : 'light'}.png`
        try {
          await page.goto(shot.at(made))
          await page.getByText(shot.ready).first().waitFor({ timeout: 15_000, state: 'attached' })
          await page.waitForLoadState('networkidle', { timeout: 3_000 }).catch(() => {})
          await shot.prepare?.(page)
        } catch (error) {
          failed += 1
          console.log(`${file}: ${String(error).split('\n')[0]?.slice(0, 200)}`)
        }
        await page.screenshot({ path: join(folder, file) })
      }
      await context.close()
    }
  }
} finally {
  await browser.close()
  await arm('GET', groupPath).then(() => removeService()).catch(() => {})
}
process.exitCode = failed === 0 ? 0 : 1
