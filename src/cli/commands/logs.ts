import { existsSync } from 'node:fs'
import { exitCode } from '../children.ts'
import { spawn } from 'node:child_process'
import type { Command } from '../command.ts'
import { logFile } from '../product.ts'
import { Stop } from '../setup/failure.ts'

export const command: Command = {
  summary: 'Show what the control plane logged',
  usage: '[-f] [-n LINES]',
  help: 'One JSON object a line. -f goes on with what comes.',
  options: { follow: { type: 'boolean', short: 'f' }, lines: { type: 'string', short: 'n' } },
  needs: 'nothing',
  async run({ config, flags }) {
    const file = logFile(config)
    const lines = flags.lines ?? '100'
    if (typeof lines !== 'string' || !/^\d+$/.test(lines)) throw new Stop('--lines must be a whole number.', 2)
    if (!existsSync(file)) throw new Stop(`There is no log yet in ${config.dataDir}.`, 3)
    return await exitCode(spawn('tail', ['-n', lines, ...(flags.follow ? ['-F'] : []), file], { stdio: 'inherit' }))
  },
}
