import { access, readFile, stat } from 'node:fs/promises'
import type { Cgroups } from './cgroups.ts'
import { lastWords } from './console.ts'
import { bootId, parseStat, processesMarked, statOf } from './processes.ts'
import type { VmView } from './provider.ts'
import type { VmPaths } from './records.ts'

const textOf = (path: string): Promise<string> => readFile(path, 'utf8').catch(() => '')

/** What the launcher left: which process the machine is, of which boot of the host. A pid alone may be another's by now. */
export async function launchedProcess(paths: VmPaths): Promise<{ pid: number; alive: boolean; otherBoot: boolean } | null> {
  const [boot, line] = (await textOf(paths.launched)).split('\n')
  const written = line === undefined ? null : parseStat(line)
  if (written === null) return null
  const otherBoot = boot !== (await bootId())
  const now = otherBoot ? null : await statOf(written.pid)
  return { pid: written.pid, alive: now?.startTime === written.startTime, otherBoot }
}

type State = { up: boolean; off: boolean; bootExit: number | null }

/** The machine's own notes about this boot. */
export async function readState(paths: VmPaths): Promise<State> {
  const lines = (await textOf(paths.state)).split('\n')
  const exit = lines.map((line) => /^exit (\d+)$/.exec(line)?.[1]).find((code) => code !== undefined)
  return { up: lines.includes('up'), off: lines.includes('off'), bootExit: exit === undefined ? null : Number(exit) }
}

/** Every live process of a machine. */
export async function membersOf(cgroups: Cgroups, id: string, mark: string): Promise<number[]> {
  const pids = cgroups.exist ? await cgroups.members(id) : await processesMarked(mark)
  const stats = await Promise.all(pids.map(statOf))
  return stats.flatMap((each) => each?.pid ?? [])
}

const ticksPerSecond = 100
const pagesPerMb = 256

/** What the machine uses, from its group or, without one, from each process (ended processes are not counted then). */
async function usageOf(cgroups: Cgroups, id: string, members: readonly number[]): Promise<{ cpuSeconds?: number; memoryMb?: number; outOfMemory: number }> {
  const usage = await cgroups.usage(id)
  const stats = (await Promise.all(members.map(statOf))).filter((each) => each !== null)
  const sum = (pick: (each: (typeof stats)[number]) => number) => stats.reduce((total, each) => total + pick(each), 0)
  return {
    cpuSeconds: sum(({ cpuTicks }) => cpuTicks) / ticksPerSecond,
    memoryMb: Math.round(sum(({ pages }) => pages) / pagesPerMb),
    ...usage,
  }
}

/** What is true about a machine that exists. */
export async function viewOf({ cgroups, paths, id, mark }: { cgroups: Cgroups; paths: VmPaths; id: string; mark: string }): Promise<VmView> {
  const [launched, state] = await Promise.all([launchedProcess(paths), readState(paths)])
  if (launched?.alive !== true) {
    const why = await whyStopped(paths, launched, state)
    return { power: 'stopped', bootedAt: null, bootExit: state.bootExit, processes: 0, ...(why === undefined ? {} : { why }) }
  }
  const members = await membersOf(cgroups, id, mark)
  const [{ outOfMemory, ...usage }, booted, asleep] = await Promise.all([usageOf(cgroups, id, members), stat(paths.launched), isFrozen(cgroups, paths, id)])
  const why = outOfMemory > 0 ? `Out of memory: the machine's limit ended ${outOfMemory} of its processes.` : undefined
  return {
    power: asleep ? 'hibernated' : state.up ? 'running' : 'starting',
    bootedAt: booted.mtime,
    bootExit: state.bootExit,
    processes: members.length,
    ...usage,
    ...(why === undefined ? {} : { why }),
  }
}

async function whyStopped(paths: VmPaths, launched: { otherBoot: boolean } | null, state: State): Promise<string | undefined> {
  if (state.off || launched === null) return undefined
  if (launched.otherBoot) return 'The host was restarted.'
  if (!state.up) return `The machine did not boot: ${await lastWords(paths.console)}`
  return 'The machine ended by itself: its first process is gone.'
}

/** Hibernated: by the freezer where there is one, else by the note that goes with the stop signals. */
export async function isFrozen(cgroups: Cgroups, paths: VmPaths, id: string): Promise<boolean> {
  if (cgroups.freezer !== 'none') return cgroups.frozen(id)
  return access(paths.frozen).then(() => true, () => false)
}
