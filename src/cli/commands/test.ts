import type { Command } from '../command.ts'
import { runSuites, suiteNames } from '../testing/suites.ts'
import { Stop } from '../setup/failure.ts'

export const command: Command = {
  summary: 'Set up what tests need and run every suite',
  usage: '[suite …]',
  help: `Suites: ${suiteNames.join(', ')}. Without a name all of them run, one after another.
Each prints its own closing lines; the last line is "N passed, N failed" over all, and the exit code says the same.`,
  options: {},
  needs: 'all',
  async run({ config, place, words, screen, signal, out }) {
    const unknown = words.filter((word) => !suiteNames.includes(word))
    if (unknown.length > 0) throw new Stop(`There is no suite ${JSON.stringify(unknown[0])}. Suites: ${suiteNames.join(', ')}.`, 2)
    return await runSuites(words.length === 0 ? suiteNames : words, { config, place, screen, signal, out })
  },
}
