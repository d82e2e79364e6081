import type { Config } from '#base/config.ts'
import type { ProductStatus } from '#base/control.ts'
import type { Context } from '../command.ts'
import { findings, type Finding } from '../doctor/findings.ts'

/** `./brickyard doctor`. */
export async function run({ config, place, flags, out }: Context): Promise<number> {
  const found = await findings(config, place)
  const status = await running(config)
  if (flags.json) out(JSON.stringify({ findings: found, running: status }))
  else {
    const width = Math.max(...found.map(({ what }) => what.length))
    for (const { what, state, how, fix } of found) out(`${mark[state]} ${what.padEnd(width)}  ${how}${fix === undefined ? '' : `\n  ${' '.repeat(width)}  → ${fix}`}`)
    out(status === null ? '\nBrickyard is not running.' : `\nBrickyard runs (pid ${status.pid}, machines by ${status.hosts.kind}): ${status.urls.portal}`)
  }
  return found.some(({ state }) => state === 'missing') ? 1 : 0
}

const mark: Record<Finding['state'], string> = { good: '✓', fair: '·', missing: '✗' }

/** Before set-up there are no packages, and then nothing runs either. */
async function running(config: Config): Promise<ProductStatus | null> {
  try {
    const { productStatus } = await import('../product.ts')
    return await productStatus(config)
  } catch {
    return null
  }
}
