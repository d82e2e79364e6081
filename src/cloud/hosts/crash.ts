import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { HostsOptions, VmSpec } from './provider.ts'

/** For the contract test: a control plane of its own that starts a machine and is killed `afterMs` after it began. */
export async function startAndDie({ as, options, spec, afterMs }: { as: string; options: HostsOptions; spec: VmSpec; afterMs: number }): Promise<void> {
  const child = spawn(process.execPath, [fileURLToPath(new URL('crash-victim.ts', import.meta.url)), as, JSON.stringify(options), JSON.stringify(spec)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const closed = once(child, 'close')
  await once(child.stdout, 'data')
  await new Promise((resolve) => setTimeout(resolve, afterMs))
  child.kill('SIGKILL')
  await closed
}
