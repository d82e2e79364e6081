import type { Command } from '../command.ts'
import { setUp, setUpBackground } from '../setup/set-up.ts'

export const command: Command = {
  summary: 'Get everything that is needed, and nothing else',
  usage: '[--background]',
  help: `Every other command does this first where it needs to. It can be repeated after any failure.
--background also does the steps that only make clusters start faster, which "up" leaves to a process of their own.`,
  options: { background: { type: 'boolean' } },
  needs: 'nothing',
  async run({ config, place, screen, signal, flags, out }) {
    await setUp('all', { config, place, screen, signal })
    if (flags.background) await setUpBackground({ config, place, screen, signal })
    out('Everything is set up.')
    return 0
  },
}
