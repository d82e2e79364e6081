import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { passThrough } from '../children.ts'
import type { Command } from '../command.ts'
import { Stop } from '../setup/failure.ts'

export const command: Command = {
  summary: 'Walk the whole story on real parts, from the service to its deletion',
  usage: '[--json] [--keep]',
  help: `Creates a service, signs in, starts a cluster, answers questions on real data, terminates, starts again, pauses, resumes, deletes.
--json gives the steps as data; --keep leaves the service running with its URLs.`,
  options: { json: { type: 'boolean' }, keep: { type: 'boolean' } },
  needs: 'all',
  async run({ config, place, flags }) {
    const program = join(place.repo, 'src', 'cli', 'walkabout', 'main.ts')
    if (!existsSync(program)) throw new Stop('The walkabout is not part of this version.')
    const args = ['json', 'keep'].filter((flag) => flags[flag] === true).map((flag) => `--${flag}`)
    return await passThrough(place.node, [program, ...args], { cwd: place.repo, config, place })
  },
}
