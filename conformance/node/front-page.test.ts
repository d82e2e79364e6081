import { chromium } from 'playwright-core'
import { expect, test } from 'vitest'

const arm = process.env.ARM_ENDPOINT ?? process.env.BRICKYARD_ARM_URL ?? ''

test('a browser at the portal’s address is told where things are, and led to the account', { timeout: 60_000 }, async () => {
  const browser = await chromium.launch({
    executablePath: process.env.BRICKYARD_CHROMIUM ?? '/usr/bin/chromium',
    args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  })
  try {
    const page = await browser.newPage({ ignoreHTTPSErrors: true, viewport: { width: 390, height: 780 } })
    const complaints: string[] = []
    page.on('console', (message) => { if (message.type() === 'error') complaints.push(message.text()) })
    await page.goto(arm)
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('Your cloud is running')
    await page.getByText(arm, { exact: true }).waitFor()
    if (process.env.BRICKYARD_TEST_SCREENSHOT !== undefined) await page.screenshot({ path: process.env.BRICKYARD_TEST_SCREENSHOT, fullPage: true })
    await page.getByRole('link', { name: 'Your account, consents and sessions' }).click()
    await page.getByRole('textbox').first().waitFor() // not signed in: the directory asks who it is
    expect(complaints).toEqual([])
  } finally {
    await browser.close()
  }
})

test('a path that nobody knows is refused in the resource manager’s words', async () => {
  const response = await fetch(`${arm}/no/such/thing`)
  expect(response.status).toBe(404)
  expect(await response.json()).toMatchObject({ error: { code: 'InvalidResourceType', message: expect.stringContaining("'/no/such/thing'") } })
})
