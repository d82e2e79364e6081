import { existsSync } from 'node:fs'
import type { SetupStep } from '#base/step.ts'
import { Stop } from './failure.ts'
import { run, works } from './run.ts'

/** What the walkabout and the tests want of the machine beside what every start needs. */
const wanted: { program: string; packages: string[]; here(): Promise<boolean> }[] = [
  { program: 'Chromium', packages: ['chromium'], here: async () => browser() !== null },
  { program: 'nftables and iproute2', packages: ['nftables', 'iproute2'], here: async () => (await works('nft', ['--version'])) && (await works('ip', ['-V'])) },
]

/** A browser that Playwright can drive; null when there is none. */
export const browser = (): string | null => ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((file) => existsSync(file)) ?? null

/** Debian packages, installed when we are root on Debian and otherwise named. */
export const systemStep = (): SetupStep => ({
  name: 'system packages',
  async done() {
    return (await missing()).length === 0
  },
  async run(report, signal) {
    const packages = (await missing()).flatMap((each) => each.packages)
    const names = (await missing()).map(({ program }) => program).join(', ')
    if (process.getuid?.() !== 0 || !(await works('apt-get', ['--version']))) throw new Stop(`${names} missing. Install: apt-get install ${packages.join(' ')}`)
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
    await run('apt-get', ['update', '-q'], { env, signal, onLine: report })
    await run('apt-get', ['install', '-y', '-q', '--no-install-recommends', ...packages], { env, signal, onLine: report })
    return {}
  },
})

async function missing() {
  const here = await Promise.all(wanted.map((each) => each.here()))
  return wanted.filter((_, index) => !here[index])
}
