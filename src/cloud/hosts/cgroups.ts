import { access, mkdir, readFile, readdir, rmdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Problem } from '#base/problem.ts'
import { send, until } from './processes.ts'

export type Limits = { cpus: number; memoryMb: number }
export type Usage = { cpuSeconds?: number; memoryMb?: number; outOfMemory: number }

/** A mounted hierarchy: v2 has every controller in one tree, v1 has a tree for each. `base` is where we may make groups. */
export type Hierarchy = { version: 1 | 2; controllers: string[]; base: string }

const controllersWeUse = ['memory', 'cpu', 'cpuacct', 'pids', 'freezer']
/** Spark and the JVM count every thread. Enough for large machines, small enough to stop a fork bomb. */
const processLimit = 16_384
const cpuPeriod = 100_000

const read = (file: string): Promise<string> => readFile(file, 'utf8').then((text) => text.trim(), () => '')
const exists = (path: string): Promise<boolean> => access(path).then(() => true, () => false)
const write = (file: string, value: string | number): Promise<boolean> => writeFile(file, `${value}`).then(() => true, () => false)
const field = (text: string, name: string): number => Number(new RegExp(`^${name} (\\d+)`, 'm').exec(text)?.[1] ?? 0)

/** One level at a time: where the kernel answers ENOENT to a mkdir in a folder that exists, a recursive one tries for ever. */
const makeFolder = (path: string): Promise<boolean> => mkdir(path).then(() => true, (error: NodeJS.ErrnoException) => error.code === 'EEXIST')

/** Highest folder of a hierarchy, from its mount down to our own group, in which we may make groups. */
async function findBase(mount: string, own: string, probe: string): Promise<string | undefined> {
  const parts = own.split('/').filter((part) => part !== '' && part !== '..')
  const ways = [mount, ...parts.map((_, index) => join(mount, ...parts.slice(0, index + 1)))]
  for (const way of ways) {
    if ((await makeFolder(join(way, probe))) && (await exists(join(way, probe, 'cgroup.procs')))) return way
  }
  return undefined
}

/** The hierarchies of this host we can write to; see proc_pid_mountinfo(5) and cgroups(7). */
export async function findHierarchies(name: string): Promise<Hierarchy[]> {
  const [mounts, groups] = await Promise.all([read('/proc/self/mountinfo'), read('/proc/self/cgroup')])
  const found: Hierarchy[] = []
  for (const line of mounts.split('\n')) {
    const [before = '', after = ''] = line.split(' - ')
    const mount = before.split(' ')[4] ?? ''
    const [type, , options = ''] = after.split(' ')
    if (type !== 'cgroup' && type !== 'cgroup2') continue
    const version = type === 'cgroup2' ? 2 : 1
    const controllers = version === 1 ? options.split(',').filter((option) => controllersWeUse.includes(option)) : []
    if (version === 1 && controllers.length === 0) continue
    const own = groups.split('\n').map((group) => group.split(':')).find(([, names]) => (version === 2 ? names === '' : names?.split(',').includes(controllers[0] ?? '')))
    const base = await findBase(mount, own?.slice(2).join(':') ?? '/', name)
    if (base === undefined || found.some((other) => other.base === base)) continue
    found.push({ version, base, controllers: version === 2 ? await enable(base, name) : controllers })
    await rmdir(join(base, name)).catch(() => {})
  }
  return found
}

/** Switches v2 controllers on for our groups; one that the parent does not hand down stays off. */
async function enable(base: string, name: string): Promise<string[]> {
  const offered = (await read(join(base, 'cgroup.controllers'))).split(' ').filter((each) => controllersWeUse.includes(each))
  for (const controller of offered) await write(join(base, 'cgroup.subtree_control'), `+${controller}`)
  await makeFolder(join(base, name))
  const handed = (await read(join(base, name, 'cgroup.controllers'))).split(' ')
  return offered.filter((controller) => handed.includes(controller))
}

/**
 * The control groups of our machines: limits, counting, freezing and killing, in whichever layout the host has.
 * Membership is the kernel's: a process cannot leave by daemonizing, and it outlives the control plane.
 */
export function openCgroups(hierarchies: readonly Hierarchy[], name: string) {
  const v2 = hierarchies.find(({ version }) => version === 2)
  const holder = (controller: string): Hierarchy | undefined => hierarchies.find(({ controllers }) => controllers.includes(controller))
  const dir = (hierarchy: Hierarchy, id: string): string => join(hierarchy.base, name, id)
  const file = (controller: string, id: string, leaf: string): string | undefined => {
    const hierarchy = holder(controller)
    return hierarchy && join(dir(hierarchy, id), leaf)
  }
  const primary = v2 ?? holder('freezer') ?? holder('pids') ?? hierarchies[0]
  const freezer: 'v2' | 'v1' | 'none' = v2 ? 'v2' : holder('freezer') ? 'v1' : 'none'
  const is2 = (controller: string): boolean => holder(controller)?.version === 2
  const set = async (controller: string, id: string, leaf: string, value: string | number): Promise<void> => {
    const target = file(controller, id, leaf)
    if (target !== undefined) await write(target, value)
  }

  const groups = {
    /** Null when nothing here can count processes; then machines are found by their mark. */
    exist: primary !== undefined,
    freezer,
    layout: hierarchies.length === 0 ? ('none' as const) : v2 === undefined ? ('v1' as const) : hierarchies.length === 1 ? ('v2' as const) : ('hybrid' as const),
    limits: (controller: 'memory' | 'cpu' | 'pids'): boolean => holder(controller) !== undefined,

    async make(id: string, { cpus, memoryMb }: Limits): Promise<void> {
      for (const hierarchy of hierarchies) {
        // Again when the last release of another machine removed the parent between the two steps.
        const made = () => makeFolder(join(hierarchy.base, name)).then(() => makeFolder(dir(hierarchy, id)))
        if (!(await made()) && !(await made())) throw new Problem('unavailable', `The machine ${id} gets no control group on this host.`)
        if (hierarchy.version !== 2) continue
        for (const controller of hierarchy.controllers) await write(join(hierarchy.base, name, 'cgroup.subtree_control'), `+${controller}`)
      }
      const bytes = memoryMb * 1024 * 1024
      await set('memory', id, is2('memory') ? 'memory.max' : 'memory.limit_in_bytes', bytes)
      if (is2('memory')) await set('memory', id, 'memory.swap.max', 0)
      else await set('memory', id, 'memory.memsw.limit_in_bytes', bytes)
      const quota = Math.max(1000, Math.round(cpus * cpuPeriod))
      if (is2('cpu')) await set('cpu', id, 'cpu.max', `${quota} ${cpuPeriod}`)
      else await set('cpu', id, 'cpu.cfs_quota_us', quota)
      await set('pids', id, 'pids.max', processLimit)
    },

    /** Files a process writes itself into to become a member. */
    joinFiles: (id: string): string[] => hierarchies.map((hierarchy) => join(dir(hierarchy, id), 'cgroup.procs')),

    async members(id: string): Promise<number[]> {
      const text = primary === undefined ? '' : await read(join(dir(primary, id), 'cgroup.procs'))
      return text === '' ? [] : text.split('\n').map(Number)
    },

    async freeze(id: string): Promise<boolean> {
      if (v2) await write(join(dir(v2, id), 'cgroup.freeze'), 1)
      let round = 0
      return until(async () => {
        if (await groups.frozen(id, 'wholly')) return true
        // A v1 freezer can hang half-way on a group that forks all the time; a short thaw lets it finish (as runc does).
        if (!v2 && round % 20 === 19) await groups.thaw(id)
        if (!v2) await set('freezer', id, 'freezer.state', 'FROZEN')
        round += 1
        return false
      }, 10_000)
    },

    async thaw(id: string): Promise<void> {
      if (v2) await write(join(dir(v2, id), 'cgroup.freeze'), 0)
      else await set('freezer', id, 'freezer.state', 'THAWED')
    },

    /** `asked`: freezing was wished and will be; `wholly`: every process stands still. */
    async frozen(id: string, how: 'asked' | 'wholly' = 'asked'): Promise<boolean> {
      if (v2 && how === 'asked') return (await read(join(dir(v2, id), 'cgroup.freeze'))) === '1'
      if (v2) return field(await read(join(dir(v2, id), 'cgroup.events')), 'frozen') === 1
      const state = await read(file('freezer', id, 'freezer.state') ?? '')
      return state === 'FROZEN' || (how === 'asked' && state === 'FREEZING')
    },

    /** Kills every member, frozen or not, and waits until they are gone. */
    async kill(id: string): Promise<boolean> {
      return until(async () => {
        if (v2) await write(join(dir(v2, id), 'cgroup.kill'), 1)
        const members = await groups.members(id)
        members.forEach((pid) => send(pid, 'SIGKILL'))
        await groups.thaw(id) // A v1 freezer holds even the dying.
        return members.length === 0
      }, 10_000)
    },

    async usage(id: string): Promise<Usage> {
      const usage: Usage = { outOfMemory: 0 }
      const nanos = await read(file('cpuacct', id, 'cpuacct.usage') ?? '')
      if (nanos !== '') usage.cpuSeconds = Number(nanos) / 1e9
      else if (v2) usage.cpuSeconds = field(await read(join(dir(v2, id), 'cpu.stat')), 'usage_usec') / 1e6
      const bytes = await read(file('memory', id, is2('memory') ? 'memory.current' : 'memory.usage_in_bytes') ?? '')
      // Pages of files that nobody has used lately are given back when they are needed: they are not what a machine uses.
      const spare = field(await read(file('memory', id, 'memory.stat') ?? ''), is2('memory') ? 'inactive_file' : 'total_inactive_file')
      if (bytes !== '') usage.memoryMb = Math.round(Math.max(0, Number(bytes) - spare) / 1024 / 1024)
      usage.outOfMemory = field(await read(file('memory', id, is2('memory') ? 'memory.events' : 'memory.oom_control') ?? ''), 'oom_kill')
      return usage
    },

    /** Removes a group without members. The kernel keeps it busy for a moment after the last process died. */
    async remove(id: string): Promise<void> {
      for (const hierarchy of hierarchies) {
        await until(() => rmdir(dir(hierarchy, id)).then(() => true, (error: NodeJS.ErrnoException) => error.code === 'ENOENT'), 5000)
        await rmdir(dirname(dir(hierarchy, id))).catch(() => {}) // Only when this was the last machine.
      }
    },

    async list(): Promise<string[]> {
      const lists = await Promise.all(hierarchies.map(({ base }) => readdir(join(base, name), { withFileTypes: true }).catch(() => [])))
      return [...new Set(lists.flat().filter((entry) => entry.isDirectory()).map((entry) => entry.name))]
    },
  }
  return groups
}

export type Cgroups = ReturnType<typeof openCgroups>
