import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { member, notebookWith, openNotebook, runCell } from './notebook-world.ts'
import { openBrowser, type Person } from './people.ts'

const url = inject('workspaceUrl')
let browser: Browser
let victim: Person
beforeAll(async () => {
  browser = await openBrowser()
  victim = await member(browser, url)
})
afterAll(() => browser?.close())

// What a hostile output tries. Each attempt writes what came of it into its own page.
const attack = `
<p id="log">started</p>
<script>
const say = (what) => { document.getElementById('log').textContent += ' | ' + what }
const attempt = async (name, act) => { try { say(name + ': ' + await act()) } catch (error) { say(name + ' refused ' + error.name) } }
;(async () => {
  await attempt('cookies', () => { document.cookie = 'x=1'; return document.cookie })
  await attempt('storage', () => localStorage.length)
  await attempt('parent', () => parent.document.title)
  await attempt('top', () => top.location.href)
  await attempt('frame', () => parent.frames.length && parent.document.body.innerHTML)
  await attempt('origin', () => self.origin)
  await attempt('api', async () => (await fetch('URL_HERE/api/2.0/preview/scim/v2/Me', { credentials: 'include', headers: { 'x-brickyard-browser': '1' } })).status)
  await attempt('nocors', async () => (await fetch('URL_HERE/', { mode: 'no-cors', credentials: 'include' })).type)
  await attempt('beacon', () => navigator.sendBeacon('URL_HERE/api/2.0/token/create', '{}') ? 'queued' : 'not queued')
  await attempt('socket', () => new Promise((resolve, reject) => { const s = new WebSocket('SOCKET_HERE/api/2.0/brickyard/notebooks/1/live'); s.onopen = () => resolve('open'); s.onerror = () => reject(new Error('closed')) }))
  await attempt('image', () => new Promise((resolve, reject) => { const i = new Image(); i.onload = () => resolve('loaded'); i.onerror = () => reject(new Error('blocked')); i.src = 'URL_HERE/assets/icon.svg?leak' }))
  await attempt('window', () => window.open('URL_HERE/') === null ? 'null' : 'opened')
  await attempt('form', () => { const f = document.createElement('form'); f.action = 'URL_HERE/logout'; f.method = 'post'; f.target = '_top'; document.body.append(f); f.submit(); return 'submitted' })
  await attempt('navigate', () => { top.location = 'URL_HERE/signed-out'; return 'set' })
  parent.postMessage({ type: 'height', height: 1e9 }, '*')
  parent.postMessage({ type: 'run', cells: { all: true } }, '*')
  say('done')
})()
</script>`

test('HTML that a notebook shows reaches neither the workspace, its cookies, its API nor the page around it', async () => {
  const html = attack.replaceAll('URL_HERE', url).replaceAll('SOCKET_HERE', url.replace(/^http/, 'ws'))
  const id = await notebookWith(url, { cells: [`displayHTML(${JSON.stringify(html)})`], for: { [victim.account.upn]: 'CAN_MANAGE' } })
  const { page } = victim
  await openNotebook(page, url, id)
  const asked: string[] = []
  page.on('request', (request) => {
    // The browser itself fetches the icon of a page.
    const { pathname } = new URL(request.url())
    if (request.frame() !== page.mainFrame() && pathname !== '/assets/icon.svg') asked.push(pathname)
  })
  await runCell(page, 1)
  const frame = page.frameLocator('iframe')
  await frame.getByText(/done$/).waitFor({ timeout: 60_000 })
  const log = await frame.locator('#log').innerText()
  for (const name of ['cookies', 'storage', 'parent', 'top', 'frame', 'api', 'nocors', 'socket', 'image']) expect(log, log).toMatch(new RegExp(`${name} refused`))
  expect(log).toContain('origin: null')
  expect(log).toContain('window: null')
  // Nothing of what it tried left the browser: the frame's own page is all that was asked for.
  await expect.poll(() => new Set(asked)).toEqual(new Set(['/output-frame']))
  expect(new URL(page.url()).pathname).toBe(`/notebook/${id}`)
  expect(await page.locator('iframe').evaluate((node) => node.getBoundingClientRect().height)).toBeLessThan(700)
  await page.getByRole('button', { name: 'Run cell 1', exact: true }).waitFor()
})

test('Markdown of somebody else runs nothing and takes nobody away', async () => {
  const cells = ['%md\n<script>document.title = "owned"</script>\n<a href="javascript:document.title=1">click</a>\n<form action="/logout"><button>press</button></form>\n<iframe src="/"></iframe>\n<style>body { display: none }</style>\n[link](javascript:alert(1))\n\nend of text']
  const id = await notebookWith(url, { cells, for: { [victim.account.upn]: 'CAN_MANAGE' }, attach: false })
  const { page } = victim
  await openNotebook(page, url, id)
  await page.getByText('end of text').waitFor()
  expect(await page.title()).not.toBe('owned')
  const text = page.getByText('end of text').locator('xpath=ancestor::section[1]')
  expect(await text.locator('iframe, form, script, style').count()).toBe(0)
  expect(await text.locator('a').evaluateAll((links) => links.map((link) => link.getAttribute('href')).filter((href) => href?.startsWith('javascript')))).toEqual([])
})
