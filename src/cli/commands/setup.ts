import type { Context } from '../command.ts'
import { setUp, setUpBackground } from '../setup/set-up.ts'

/** `./brickyard setup`. */
export async function run({ config, place, screen, signal, flags, out }: Context): Promise<number> {
  await setUp('all', { config, place, screen, signal })
  if (flags.background) await setUpBackground({ config, place, screen, signal })
  out('Everything is set up.')
  return 0
}
