import type { Command } from './command.ts'
import { suiteNames } from './testing/names.ts'

/** Every command. What a command needs is loaded when it is called: before set-up there are no packages yet. */
export const commands: Record<string, Command> = {
  up: {
    summary: 'Set up what is missing, start Brickyard and wait until it answers',
    usage: '[--foreground] [--json]',
    help: `Prints the portal's address and, the first time only, the administrator's generated password.
Brickyard then runs on its own until "down". --foreground stays on this terminal until Ctrl-C.`,
    options: { foreground: { type: 'boolean' }, json: { type: 'boolean' } },
    needs: 'all',
    load: () => import('./commands/up.ts'),
  },
  down: {
    summary: 'Stop Brickyard in order: machines powered off, database stopped',
    usage: '[--keep-machines]',
    help: `Everything acknowledged is on disk; "up" goes on from there. Calling it twice is fine.
If the control plane was killed, it is started once more to power off the machines that it left.
--keep-machines leaves the machines running for the next "up".`,
    options: { 'keep-machines': { type: 'boolean' } },
    needs: 'packages',
    load: () => import('./commands/down.ts'),
  },
  status: {
    summary: 'Say whether it runs, and what is in it',
    usage: '[--json]',
    help: 'Exit code 0 when it runs, 3 when not.',
    options: { json: { type: 'boolean' } },
    needs: 'packages',
    load: () => import('./commands/status.ts'),
  },
  logs: {
    summary: 'Show what the control plane logged',
    usage: '[-f] [-n LINES]',
    help: 'One JSON object a line. -f goes on with what comes.',
    options: { follow: { type: 'boolean', short: 'f' }, lines: { type: 'string', short: 'n' } },
    needs: 'nothing',
    load: () => import('./commands/logs.ts'),
  },
  env: {
    summary: 'Print what official clients need: addresses, token, CA bundle',
    usage: '[--workspace=NAME] [--credential] [--no-token] [--json]',
    help: `Use it as:  eval "$(./brickyard env)"
With a workspace it makes a personal access token of the administrator that lives a day (--no-token: none).
--credential makes a service principal that owns the subscription, for @azure/identity and az.`,
    options: { workspace: { type: 'string' }, credential: { type: 'boolean' }, 'no-token': { type: 'boolean' }, json: { type: 'boolean' }, shell: { type: 'boolean' } },
    needs: 'packages',
    load: () => import('./commands/env.ts'),
  },
  account: {
    summary: 'Make a dedicated account with only what the service needs',
    usage: 'create <name@domain> [--name=…] [--resource-group=…] | reset-password [<name@domain>]   [--json]',
    help: `create           makes a user that may create and use the service in one resource group (or the subscription), and nothing else.
reset-password   gives a user, or the administrator, a new generated password and ends their sessions.`,
    options: { name: { type: 'string' }, 'resource-group': { type: 'string' }, json: { type: 'boolean' } },
    needs: 'packages',
    load: () => import('./commands/account.ts'),
  },
  doctor: {
    summary: 'Say what was found on this machine, and what would be better',
    usage: '[--json]',
    help: `Looks only, changes nothing. Each line that could be better names the command that does it.
Exit code 1 when something that is needed is missing.`,
    options: { json: { type: 'boolean' } },
    needs: 'nothing',
    load: () => import('./commands/doctor.ts'),
  },
  walkabout: {
    summary: 'Walk the whole story on real parts, from the service to its deletion',
    usage: '[--json] [--keep]',
    help: `Creates a service, signs in, starts a cluster, answers questions on real data, terminates, starts again, pauses, resumes, deletes.
--json gives the steps as data; --keep leaves the service running with its URLs.`,
    options: { json: { type: 'boolean' }, keep: { type: 'boolean' } },
    needs: 'all and system',
    load: () => import('./commands/walkabout.ts'),
  },
  test: {
    summary: 'Set up what tests need and run every suite',
    usage: '[suite …] [--record]',
    help: `Suites: ${suiteNames.join(', ')}. Without a name all of them run, one after another.
Each prints its own closing lines; the last line is "N passed, N failed" over all, and the exit code says the same.
--record takes the operations that the official client called in passing tests into conformance/witnesses.tsv and COMPATIBILITY.md.`,
    options: { record: { type: 'boolean' } },
    needs: 'all and system',
    load: () => import('./commands/test.ts'),
  },
  screenshots: {
    summary: 'Take pictures of every page into docs/screenshots',
    usage: '[name …]',
    help: `Starts a product of its own with a service, a cluster and notebooks, looks at every page in light and dark, and removes it again.
With names only the pictures whose name begins with one of them are taken.`,
    options: {},
    needs: 'all and system',
    load: () => import('./commands/screenshots.ts'),
  },
  bench: {
    summary: 'Run a benchmark beside its anchor',
    usage: '<name>',
    help: 'The last line is "<name>: <ours> vs <anchor> = <ratio>x". Without a name the benchmarks are listed.',
    options: {},
    needs: 'all',
    load: () => import('./commands/bench.ts'),
  },
  setup: {
    summary: 'Get everything that is needed, and nothing else',
    usage: '[--background]',
    help: `Every other command does this first where it needs to. It can be repeated after any failure.
--background also does the steps that only make clusters start faster, which "up" leaves to a process of their own.`,
    options: { background: { type: 'boolean' } },
    needs: 'nothing',
    load: () => import('./commands/setup.ts'),
  },
}
