import type { Context } from '../command.ts'
import { suiteNames } from '../testing/names.ts'
import { runSuites } from '../testing/suites.ts'
import { Stop } from '../setup/failure.ts'

/** `./brickyard test`. */
export async function run({ config, place, words, flags, screen, signal, out }: Context): Promise<number> {
  const unknown = words.filter((word) => !suiteNames.includes(word))
  if (unknown.length > 0) throw new Stop(`There is no suite ${JSON.stringify(unknown[0])}. Suites: ${suiteNames.join(', ')}.`, 2)
  return await runSuites(words.length === 0 ? suiteNames : words, { config, place, screen, signal, out, record: flags.record === true })
}
