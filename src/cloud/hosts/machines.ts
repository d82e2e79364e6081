import { spawn } from 'node:child_process'
import { appendFile, chmod, chown, mkdir, open, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Problem } from '#base/problem.ts'
import { checkBootable, idleSeconds, lockIsTaken, type Resolver, writeBootFiles } from './boot-files.ts'
import type { Cgroups } from './cgroups.ts'
import { boundConsole, lastWords, readConsole } from './console.ts'
import { type Isolation, uidsPerInstance, withRealPaths } from './isolation.ts'
import { isFrozen, launchedProcess, membersOf, readState, viewOf } from './liveness.ts'
import { checkId, type KernelNames } from './names.ts'
import { send, until } from './processes.ts'
import type { FirewallRule, VmSpec, VmView } from './provider.ts'
import { allRecords, type HostPaths, namesIn, oneAtATime, readRecord, VmRecord, writeWhole } from './records.ts'
import type { SystemView } from './sandbox.ts'
import { toolPath } from './shell.ts'

/** How a machine gets its network: real namespaces, or nothing but an address. */
export type Wiring = {
  /** Throws Problem when the address cannot be had. */
  check(spec: VmSpec): Promise<void>
  /** Plugs the machine in and sets its rules; repeatable. Gives the namespace to start it in. */
  plug(spec: VmSpec, signal: AbortSignal): Promise<string | undefined>
  setRules(machine: VmRecord, rules: FirewallRule[], signal: AbortSignal): Promise<void>
  unplug(id: string, signal: AbortSignal): Promise<void>
  /** Ids of machines that still have something plugged in. */
  plugged(): Promise<string[]>
}

export type MachinesDeps = {
  paths: HostPaths
  names: KernelNames
  cgroups: Cgroups
  isolation: Isolation
  view: SystemView
  wiring: Wiring
  resolver: Resolver
  imageDir: string | undefined
  exposePaths: readonly string[]
  stopGraceMs: number
}

const bootBoundMs = 15_000

/** The life of machines, the same for all providers. State is on disk and in the kernel; nothing here is remembered. */
export function openMachines(deps: MachinesDeps) {
  const { paths, names, cgroups, isolation, wiring } = deps
  const inTurn = oneAtATime()
  const members = (id: string) => membersOf(cgroups, id, names.mark(id))
  const view = (id: string) => viewOf({ cgroups, id, paths: paths.vm(id), mark: names.mark(id) })
  const record = (id: string) => readRecord(paths.vm(checkId(id, 'machine')).record, VmRecord)

  /** The machine's note about itself. Written before anything of it exists in the kernel, so a dead process leaves no nameless machine. */
  const register = (spec: VmSpec) =>
    inTurn('register', async () => {
      const known = await record(spec.id)
      const next: VmRecord = { id: spec.id, uid: known?.uid ?? null, nic: spec.nic }
      if (isolation.kind === 'rooted' && next.uid === null) next.uid = await freeUid()
      if (JSON.stringify(known) === JSON.stringify(next)) return next
      await mkdir(paths.vm(spec.id).dir, { recursive: true, mode: 0o700 })
      await writeWhole(paths.vm(spec.id).record, JSON.stringify(next))
      return next
    })

  const freeUid = async (): Promise<number> => {
    const used = new Set((await allRecords(paths.vms, 'vm.json', VmRecord)).map(({ uid }) => uid))
    for (let uid = isolation.uidBase; uid < isolation.uidBase + uidsPerInstance; uid += 1) if (!used.has(uid)) return uid
    throw new Problem('quota', 'This host has no user id left for another machine.')
  }

  /** Ends everything at once, frozen or not. */
  const kill = async (id: string): Promise<void> => {
    const gone = cgroups.exist
      ? await cgroups.kill(id)
      : await until(async () => {
          const left = await members(id)
          for (const pid of left) send(pid, 'SIGKILL')
          return left.length === 0
        }, 10_000)
    if (!gone) throw new Problem('unavailable', `The machine ${id} does not end: the kernel keeps a process of it.`)
    await rm(paths.vm(id).frozen, { force: true })
  }

  /**
   * Starts the launcher until a machine is up. A control plane that died may have left a launcher that nobody saw yet: it holds the lock,
   * or will find it taken by ours. Ours finding it taken ends that one and tries again.
   */
  const start = async (id: string): Promise<void> => {
    const once = async () => (await launch(id)) === 'up' || kill(id).then(() => false)
    if (!(await until(once, bootBoundMs, 20))) throw new Problem('conflict', `The machine ${id} is being started by another control plane.`)
  }

  const launch = async (id: string): Promise<'up' | 'taken'> => {
    const at = paths.vm(id)
    const { uid } = (await record(id)) ?? { uid: null }
    await rm(at.launched, { force: true })
    await rm(at.state, { force: true }) // A new file: an earlier launcher may hold the old one.
    const output = await open(at.console, 'a', 0o600)
    const state = await open(at.state, 'a', 0o600)
    try {
      if (uid !== null) await chown(at.console, uid, uid) // So that /dev/stdout can be opened inside.
      await chmod(at.console, 0o600)
      const child = spawn('/bin/sh', [at.launcher], {
        env: { PATH: toolPath, LANG: 'C.UTF-8', BRICKYARD_VM: names.mark(id) },
        cwd: '/',
        detached: true,
        stdio: ['ignore', output.fd, output.fd, state.fd],
      })
      child.unref()
      let ended: number | string | undefined
      child.once('exit', (code, signal) => (ended = code ?? signal ?? 'gone')).once('error', (error) => (ended = error.message))
      await until(async () => (await readState(at)).up || ended !== undefined, bootBoundMs, 3)
      if (ended === lockIsTaken) return 'taken'
      if ((await readState(at)).up) return 'up'
      await kill(id)
      throw new Problem('unavailable', `The machine ${id} did not boot: ${await lastWords(at.console)}`)
    } finally {
      await Promise.all([output.close(), state.close()])
    }
  }

  const boot = async (spec: VmSpec, { uid }: VmRecord, signal: AbortSignal): Promise<void> => {
    const at = paths.vm(spec.id)
    await kill(spec.id) // Whatever an earlier boot left running without its init.
    const networkNamespace = await wiring.plug(spec, signal)
    if (cgroups.exist) await cgroups.make(spec.id, spec)
    const { view: system, imageDir, resolver } = deps
    const exposePaths = await withRealPaths([...deps.exposePaths, ...(imageDir === undefined ? [] : [imageDir])])
    await writeBootFiles({ spec, paths: at, uid, isolation, resolver, view: system, imageDir: exposePaths.find((path) => path === imageDir), exposePaths, joinFiles: cgroups.joinFiles(spec.id), networkNamespace })
    signal.throwIfAborted()
    await start(spec.id)
  }

  const powerOff = async (id: string): Promise<void> => {
    const at = paths.vm(id)
    const launched = await launchedProcess(at)
    await appendFile(at.state, 'off\n').catch(() => {}) // Gone already: nothing to note.
    if (launched?.alive === true && !(await isFrozen(cgroups, at, id))) {
      const asked = new Set<number>()
      await until(async () => {
        const left = await busyMembers(await members(id), launched.pid)
        for (const pid of left) if (!asked.has(pid)) send(pid, 'SIGTERM')
        for (const pid of left) asked.add(pid)
        return left.length === 0
      }, deps.stopGraceMs, 20)
    }
    await kill(id)
  }

  const machines = {
    async ensure(spec: VmSpec, signal: AbortSignal): Promise<void> {
      checkId(spec.id, 'machine')
      checkBootable(spec)
      await wiring.check(spec)
      await inTurn(spec.id, async () => {
        const before = await record(spec.id)
        if (before !== null && (await settled(spec.id)) !== 'stopped') return wear(before, spec, signal)
        return boot(spec, await register(spec), signal)
      })
    },

    async observe(id: string): Promise<VmView | null> {
      if ((await record(id)) === null) return null
      await boundConsole(paths.vm(id).console)
      return view(id)
    },

    stop: async (id: string): Promise<void> =>
      inTurn(checkId(id, 'machine'), async () => {
        if ((await record(id)) !== null) await powerOff(id)
      }),

    freeze: async (id: string): Promise<void> =>
      inTurn(checkId(id, 'machine'), async () => {
        const at = paths.vm(id)
        if ((await launchedProcess(at))?.alive !== true) throw new Problem('wrong_state', `The machine ${id} is not running, so it cannot hibernate.`)
        if (cgroups.freezer !== 'none') {
          if (!(await cgroups.freeze(id))) throw new Problem('unavailable', `The machine ${id} did not stand still in time.`)
          return
        }
        await writeFile(at.frozen, '')
        // Twice without news: a process made while we walked is caught by the next round.
        const stopped = new Set<number>()
        await until(async () => {
          const running = (await members(id)).filter((pid) => !stopped.has(pid))
          for (const pid of running) send(pid, 'SIGSTOP')
          for (const pid of running) stopped.add(pid)
          return running.length === 0
        }, 5000)
      }),

    thaw: async (id: string): Promise<void> =>
      inTurn(checkId(id, 'machine'), async () => {
        if ((await record(id)) === null) throw new Problem('not_found', `There is no machine ${id}.`)
        if (cgroups.freezer !== 'none') return cgroups.thaw(id)
        for (const pid of await members(id)) send(pid, 'SIGCONT')
        return rm(paths.vm(id).frozen, { force: true })
      }),

    release: async (id: string, signal: AbortSignal): Promise<void> =>
      inTurn(checkId(id, 'machine'), async () => {
        await kill(id)
        await wiring.unplug(id, signal)
        await removeFolder(paths.vm(id).dir)
        await kill(id) // A launcher that a dead control plane left behind; without a folder no other can start.
        await cgroups.remove(id)
      }),

    async setRules(nicId: string, rules: FirewallRule[], signal: AbortSignal): Promise<void> {
      const owner = (await allRecords(paths.vms, 'vm.json', VmRecord)).find(({ nic }) => nic.id === nicId)
      if (owner === undefined) return
      await inTurn(owner.id, async () => {
        const now = await record(owner.id)
        if (now !== null && now.nic.id === nicId) await setRules(now, rules, signal)
      })
    },

    consoleLog: async (id: string): Promise<string> => readConsole(paths.vm(checkId(id, 'machine')).console),

    async list(): Promise<string[]> {
      const all = await Promise.all([namesIn(paths.vms), cgroups.list(), wiring.plugged()])
      return [...new Set(all.flat())].toSorted()
    },

    records: () => allRecords(paths.vms, 'vm.json', VmRecord),
  }

  /** The power of a machine, once a boot that another control plane began is over. */
  const settled = async (id: string): Promise<VmView['power']> => {
    let power: VmView['power'] = 'starting'
    await until(async () => (power = (await view(id)).power) !== 'starting', bootBoundMs)
    if (power === 'starting') await kill(id)
    return power === 'starting' ? 'stopped' : power
  }

  /** A running machine asked for again: only its rules can have changed. */
  const wear = async (known: VmRecord, spec: VmSpec, signal: AbortSignal): Promise<void> => {
    if (JSON.stringify(known.nic.rules) !== JSON.stringify(spec.nic.rules)) await setRules(known, spec.nic.rules, signal)
  }

  const setRules = async (machine: VmRecord, rules: FirewallRule[], signal: AbortSignal): Promise<void> => {
    await wiring.setRules(machine, rules, signal)
    await writeWhole(paths.vm(machine.id).record, JSON.stringify({ ...machine, nic: { ...machine.nic, rules } }))
  }

  return machines
}

export type Machines = ReturnType<typeof openMachines>

/** Members that a power-off waits for: not the launcher, the init or the sleep it waits with. */
async function busyMembers(members: readonly number[], launcher: number): Promise<number[]> {
  const busy = await Promise.all(
    members.map(async (pid) => {
      const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
      const ours = pid === launcher || command === `sleep\0${idleSeconds}\0` || /^\/bin\/sh\0[^\0]*\/init\0$/.test(command)
      return ours ? [] : [pid]
    }),
  )
  return busy.flat()
}

/** Removes a disk whatever its machine did to the modes of its folders. */
async function removeFolder(dir: string): Promise<void> {
  const remove = () => rm(dir, { recursive: true, force: true, maxRetries: 3 })
  await remove().catch(async (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EACCES' && error.code !== 'EPERM') throw error
    await openUp(dir)
    await remove()
  })
}

async function openUp(dir: string): Promise<void> {
  await chmod(dir, 0o700)
  for (const entry of await readdir(dir, { withFileTypes: true })) if (entry.isDirectory()) await openUp(join(dir, entry.name))
}
