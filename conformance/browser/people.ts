import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core'
import { newAccount, type Account } from './service.ts'

const flags = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync']
export const openBrowser = (): Promise<Browser> => chromium.launch({ executablePath: process.env.BRICKYARD_CHROMIUM ?? '/usr/bin/chromium', args: flags })

export type Person = { account: Account; context: BrowserContext; page: Page }
type Looks = { width?: number; height?: number; dark?: boolean }

/** Somebody with an account of their own and a browser window. The private authority is not in Chromium's store. */
export async function newPerson(browser: Browser, looks: Looks = {}, account?: Account): Promise<Person> {
  const context = await browser.newContext({
    ignoreHTTPSErrors: true, viewport: { width: looks.width ?? 1280, height: looks.height ?? 800 }, colorScheme: looks.dark ? 'dark' : 'light', acceptDownloads: true,
  })
  context.setDefaultTimeout(20_000)
  return { account: account ?? (await newAccount()), context, page: await context.newPage() }
}

/** Goes to an address of the product and through every page that the directory shows on the way: names, password, consent. */
export async function signInAt({ page, account }: Pick<Person, 'page' | 'account'>, address: string): Promise<void> {
  await page.goto(address)
  const arrived = (url: URL) => url.origin === new URL(address).origin && !url.pathname.startsWith('/login') && !url.pathname.startsWith('/signin')
  for (let shown = 0; shown < 8; shown++) {
    const name = page.getByLabel('User name')
    const password = page.getByLabel('Password', { exact: true })
    const accept = page.getByRole('button', { name: 'Accept' })
    const tile = page.getByRole('button', { name: account.upn })
    await Promise.race([name, password, accept, tile].map((each) => each.first().waitFor()).concat(page.waitForURL(arrived)).map((wait) => wait.catch(() => {})))
    if (arrived(new URL(page.url()))) {
      // An application may find out only when it asks that nobody is signed in.
      await page.waitForLoadState('networkidle', { timeout: 5_000 }).catch(() => {})
      if (arrived(new URL(page.url()))) return
      continue
    }
    if (await tile.first().isVisible()) await tile.first().click()
    else if (await name.isVisible()) {
      await name.fill(account.upn)
      await page.getByRole('button', { name: 'Next' }).click()
      await password.waitFor()
    } else if (await password.isVisible()) {
      await password.fill(account.password)
      await page.getByRole('button', { name: 'Sign in', exact: true }).click()
      await password.waitFor({ state: 'detached' })
    } else if (await accept.isVisible()) {
      await accept.click()
      await accept.waitFor({ state: 'detached' })
    }
  }
  if (!arrived(new URL(page.url()))) throw new Error(`The sign-in of ${account.upn} ended at ${page.url()}`)
}
