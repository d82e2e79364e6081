import { existsSync } from 'node:fs'
import { exitCode } from '../children.ts'
import { spawn } from 'node:child_process'
import type { Context } from '../command.ts'
import { logFile } from '../log-file.ts'
import { Stop } from '../setup/failure.ts'

/** `./brickyard logs`. */
export async function run({ config, flags }: Context): Promise<number> {
  const file = logFile(config)
  const lines = flags.lines ?? '100'
  if (typeof lines !== 'string' || !/^\d+$/.test(lines)) throw new Stop('--lines must be a whole number.', 2)
  if (!existsSync(file)) throw new Stop(`There is no log yet in ${config.dataDir}.`, 3)
  return await exitCode(spawn('tail', ['-n', lines, ...(flags.follow ? ['-F'] : []), file], { stdio: 'inherit' }))
}
