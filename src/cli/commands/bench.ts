import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Context } from '../command.ts'
import { Stop } from '../setup/failure.ts'
import { passThrough } from '../children.ts'

/** `./brickyard bench`. */
export async function run({ place, words, out, config }: Context): Promise<number> {
  const folder = join(place.repo, 'bench')
  const names = existsSync(folder) ? readdirSync(folder).filter((file) => /^[\w-]+\.ts$/.test(file)).map((file) => file.slice(0, -3)) : []
  const [name, ...rest] = words
  if (name === undefined) {
    out(names.join('\n'))
    return 0
  }
  if (!names.includes(name)) throw new Stop(`There is no benchmark ${JSON.stringify(name)}. Benchmarks: ${names.join(', ') || 'none yet'}.`, 2)
  return await passThrough(place.node, [join(folder, `${name}.ts`), ...rest], { cwd: place.repo, config, place })
}
