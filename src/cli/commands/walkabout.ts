import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { passThrough } from '../children.ts'
import type { Context } from '../command.ts'
import { Stop } from '../setup/failure.ts'

/** `./brickyard walkabout`. */
export async function run({ config, place, flags }: Context): Promise<number> {
  const program = join(place.repo, 'src', 'cli', 'walkabout', 'main.ts')
  if (!existsSync(program)) throw new Stop('The walkabout is not part of this version.')
  const args = ['json', 'keep'].filter((flag) => flags[flag] === true).map((flag) => `--${flag}`)
  return await passThrough(place.node, [program, ...args], { cwd: place.repo, config, place })
}
