import type { Command } from '../command.ts'
import { productStatus } from '../product.ts'
import { findings, type Finding } from '../doctor/findings.ts'

export const command: Command = {
  summary: 'Say what was found on this machine, and what would be better',
  usage: '[--json]',
  help: `Looks only, changes nothing. Each line that could be better names the command that does it.
Exit code 1 when something that is needed is missing.`,
  options: { json: { type: 'boolean' } },
  needs: 'nothing',
  async run({ config, place, flags, out }) {
    const found = await findings(config, place)
    const status = await productStatus(config).catch(() => null)
    if (flags.json) out(JSON.stringify({ findings: found, running: status }))
    else {
      const width = Math.max(...found.map(({ what }) => what.length))
      for (const { what, state, how, fix } of found) out(`${mark[state]} ${what.padEnd(width)}  ${how}${fix === undefined ? '' : `\n  ${' '.repeat(width)}  → ${fix}`}`)
      out(status === null ? '\nBrickyard is not running.' : `\nBrickyard runs (pid ${status.pid}, machines by ${status.hosts.kind}): ${status.urls.portal}`)
    }
    return found.some(({ state }) => state === 'missing') ? 1 : 0
  },
}

const mark: Record<Finding['state'], string> = { good: '✓', fair: '·', missing: '✗' }
