import { access, chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startAndDie } from './crash.ts'
import { instanceTag } from './names.ts'
import { statOf } from './processes.ts'
import type { HostProvider, HostsOptions, NetworkSpec, VmSpec } from './provider.ts'
import { hostPaths } from './records.ts'
import { tryShell } from './shell.ts'

export type Contract = {
  open: (options: HostsOptions) => Promise<HostProvider>
  /** Arguments that make `crash.ts` open the same provider in a process of its own. */
  crashAs: string
  mode: HostsOptions['mode']
  /** What this provider promises beyond the common. */
  rooted: boolean
  limits: boolean
  /** Finds even processes that wiped their environment. */
  complete: boolean
}

/** Patience for hosts that are busy with something else; what is ready sooner is seen sooner. */
export const soon = <T>(read: () => T) => expect.poll(read, { timeout: 15_000, interval: 20 })
const testBoundMs = 60_000

export const signal = new AbortController().signal
export const network = (id: string): NetworkSpec => ({ id, prefixes: ['10.139.0.0/16'], subnets: [{ name: 'public', prefix: '10.139.0.0/18' }, { name: 'private', prefix: '10.139.64.0/18' }] })

/** A data directory as the product has it: 0700, and below a folder that other users cannot enter. */
export async function scratch() {
  const above = await mkdtemp(join(tmpdir(), 'brickyard-hosts-'))
  await chmod(above, 0o700)
  const dataDir = join(above, 'data')
  const imageDir = join(above, 'image')
  await mkdir(dataDir, { mode: 0o700 })
  await mkdir(imageDir, { mode: 0o700 })
  await writeFile(join(imageDir, 'release'), 'image 1\n', { mode: 0o644 })
  await chmod(imageDir, 0o755)
  return { dataDir, imageDir, paths: hostPaths(dataDir), tag: instanceTag(dataDir), remove: () => rm(above, { recursive: true, force: true }) }
}

/** Every live process whose command line holds `text`, in any namespace. */
export async function processesNaming(text: string): Promise<number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number)
  const lines = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')))
  const alive = await Promise.all(pids.map(statOf))
  return pids.filter((pid, index) => pid !== process.pid && alive[index] !== null && (lines[index] ?? '').replaceAll('\0', ' ').includes(text))
}

/** Whatever the kernel still knows of an instance: namespaces, interfaces, rules, cgroups. */
export async function tracesOf(tag: string): Promise<string> {
  const { stdout } = await tryShell(`
ls /run/netns 2>/dev/null | grep by${tag}
ls /sys/class/net | grep by${tag}
find /sys/fs/cgroup -maxdepth 3 -name 'brickyard-${tag}*' 2>/dev/null
command -v nft >/dev/null && nft list tables 2>/dev/null | grep brickyard_${tag}
true`)
  return stdout.trim()
}

/** What every provider promises, told once. */
export function hostContract(name: string, { open, crashAs, mode, rooted, limits, complete }: Contract): void {
  describe(name, { timeout: testBoundMs }, () => {
    let hosts: HostProvider
    let place: Awaited<ReturnType<typeof scratch>>
    let options: HostsOptions
    const taken = new Set<string>()
    /** Tells our sleeping processes from those of a test that runs beside us. */
    const nap = 100_000 + Math.floor(Math.random() * 1e8)
    const disk = (id: string, file: string) => readFile(join(place.paths.vm(id).disk, file), 'utf8').catch(() => '')

    const machine = (id: string, script: string, more: Partial<VmSpec> = {}): VmSpec => {
      const address = hosts.allocate(network('net'), 'private', taken)
      taken.add(address)
      return { id, cpus: 1, memoryMb: 128, customData: `#!/bin/sh\n${script}\n`, nic: { id: `${id}-nic`, network: 'net', subnet: 'private', address, rules: [] }, env: {}, ...more }
    }
    const power = async (id: string) => (await hosts.observe(id, signal))?.power

    beforeAll(async () => {
      place = await scratch()
      options = { mode, dataDir: place.dataDir, imageDir: place.imageDir, ports: { from: 21_000, to: 21_059 }, storagePort: 21_002, stopGraceMs: 1500 }
      hosts = await open(options)
      await hosts.ensureNetwork(network('net'), signal)
    })

    afterAll(async () => {
      const { vms, networks } = await hosts.list(signal)
      for (const id of vms) await hosts.release(id, signal)
      for (const id of networks) await hosts.removeNetwork(id, signal)
      expect(await tracesOf(place.tag)).toBe('')
      await place.remove()
    })

    test('a machine boots its user data with its own address, name, disk and image, and prints on its console', async () => {
      const spec = machine('first', 'echo "I am $BRICKYARD_HOSTNAME at $BRICKYARD_ADDRESS"; cat "$BRICKYARD_IMAGE/release"; pwd >here; id -u >uid; exit 7', { hostname: 'Driver-0' })
      await hosts.ensure(spec, signal)
      await soon(async () => (await hosts.observe('first', signal))?.bootExit).toBe(7)
      const view = await hosts.observe('first', signal)
      expect(view?.power).toBe('running') // A boot script that ends leaves the machine on.
      expect(Date.now() - (view?.bootedAt?.getTime() ?? 0)).toBeLessThan(20_000)
      expect(await hosts.consoleLog('first')).toContain(`I am Driver-0 at ${spec.nic.address}\nimage 1\n`)
      expect(await disk('first', 'here')).toBe(`${rooted ? '/home/brickyard' : place.paths.vm('first').disk}\n`)
      if (rooted) expect(Number(await disk('first', 'uid'))).toBeGreaterThan(1000)
    })

    test('the same id is the same machine: asking again changes nothing', async () => {
      const spec = machine('same', 'echo boot >>boots; sleep 600')
      await Promise.all([hosts.ensure(spec, signal), hosts.ensure(spec, signal), hosts.ensure(spec, signal)])
      await hosts.ensure(spec, signal)
      await soon(() => disk('same', 'boots')).toBe('boot\n')
    })

    test('nothing of our own environment or open files is in a machine, and what it was given arrives unchanged', async () => {
      process.env['BRICKYARD_TEST_SECRET'] = 'do-not-leak'
      await hosts.ensure(machine('clean', 'env; for f in /proc/self/fd/*; do readlink "$f"; done; echo complete', { env: { GIVEN: `it's "$(id)" \\ fine` } }), signal)
      delete process.env['BRICKYARD_TEST_SECRET']
      await soon(() => hosts.consoleLog('clean')).toContain('complete')
      const log = await hosts.consoleLog('clean')
      expect(log).not.toContain('do-not-leak')
      expect(log).toContain(`GIVEN=it's "$(id)" \\ fine\n`)
      expect(log).not.toMatch(/vms\/clean\/(lock|state|vm\.json)/)
      const names = [...log.matchAll(/^([A-Z_]+)=/gm)].map(([, each]) => each)
      const known = ['PATH', 'LANG', 'HOME', 'USER', 'TMPDIR', 'PWD', 'OLDPWD', 'GIVEN', '_', 'SHLVL']
      expect(names.filter((each) => each !== undefined && !known.includes(each) && !/^BRICKYARD_(ADDRESS|HOSTNAME|DISK|IMAGE|VM)$/.test(each))).toEqual([])
    })

    test('power off ends every process, also one that ignores SIGTERM, and keeps the disk', async () => {
      const spec = machine('off', `echo kept >>file; (trap '' TERM; exec sleep ${nap}.4711) & trap 'echo bye; exit 0' TERM; sleep 600 & wait`)
      await hosts.ensure(spec, signal)
      await soon(() => processesNaming(`sleep ${nap}.4711`)).toHaveLength(1)
      await hosts.stop('off', signal)
      await hosts.stop('off', signal)
      expect(await hosts.observe('off', signal)).toMatchObject({ power: 'stopped', processes: 0 })
      expect(await processesNaming(`sleep ${nap}.4711`)).toEqual([])
      expect(await hosts.consoleLog('off')).toContain('bye')
      await hosts.ensure(spec, signal)
      await soon(() => disk('off', 'file')).toBe('kept\nkept\n')
    })

    test('hibernation keeps memory, uses no processor, survives our restart, and thaws', async () => {
      await hosts.ensure(machine('nap', 'n=0; while :; do n=$((n+1)); echo $n >count.new; mv count.new count; done'), signal)
      const count = async () => Number(await disk('nap', 'count'))
      await soon(count).toBeGreaterThan(3)
      await hosts.freeze('nap', signal)
      await hosts.freeze('nap', signal)
      const [counted, before] = [await count(), await hosts.observe('nap', signal)]
      expect(before?.power).toBe('hibernated')
      const later = await open(options)
      await new Promise((resolve) => setTimeout(resolve, 300))
      const after = await later.observe('nap', signal)
      expect(after).toMatchObject({ power: 'hibernated', cpuSeconds: before?.cpuSeconds })
      expect(await count()).toBe(counted)
      await later.thaw('nap', signal)
      await soon(count).toBeGreaterThan(counted)
      expect(await power('nap')).toBe('running')
      await later.freeze('nap', signal)
      await later.stop('nap', signal)
      expect(await power('nap')).toBe('stopped')
      await expect(later.freeze('nap', signal)).rejects.toThrow(/not running/)
    })

    test('a new control plane adopts running machines', async () => {
      const spec = machine('adopted', 'echo boot >>boots; sleep 600')
      await hosts.ensure(spec, signal)
      const before = await hosts.observe('adopted', signal)
      const next = await open(options)
      await next.ensure(spec, signal)
      expect(await next.observe('adopted', signal)).toMatchObject({ power: 'running', bootedAt: before?.bootedAt })
      expect(await disk('adopted', 'boots')).toBe('boot\n')
      await next.stop('adopted', signal)
      expect(await power('adopted')).toBe('stopped')
    })

    test('a control plane killed at any moment of a boot leaves a machine that the next one finishes, once', async () => {
      for (const afterMs of [1, 8, 15, 25, 40, 60, 90]) {
        const spec = machine(`crash-${afterMs}`, `echo boot >>boots; exec sleep ${nap}.${afterMs}`)
        await startAndDie({ as: crashAs, options, spec, afterMs })
        await hosts.ensure(spec, signal)
        expect(await power(spec.id)).toBe('running')
        await soon(() => processesNaming(`sleep ${nap}.${afterMs}`)).toHaveLength(1)
        await hosts.release(spec.id, signal)
        expect(await processesNaming(`sleep ${nap}.${afterMs}`)).toEqual([])
        taken.delete(spec.nic.address)
      }
    })

    test('release leaves nothing, not even daemons that left their session', async () => {
      const escape = `setsid sh -c '(setsid sleep ${nap}.4712 &) & exit'\n${complete ? `env -i setsid sh -c "(sleep ${nap}.4712 &)"` : ''}`
      await hosts.ensure(machine('gone', `${escape}\nmkdir -p shut/in; chmod 0 shut; echo ready; sleep 600`), signal)
      await soon(() => processesNaming(`sleep ${nap}.4712`)).toHaveLength(complete ? 2 : 1)
      await hosts.release('gone', signal)
      expect(await processesNaming(`sleep ${nap}.4712`)).toEqual([])
      expect(await hosts.observe('gone', signal)).toBeNull()
      await expect(access(place.paths.vm('gone').dir)).rejects.toThrow(/ENOENT/)
      expect((await tracesOf(place.tag)).split('\n').filter((line) => line.endsWith('gone'))).toEqual([])
      await hosts.release('gone', signal)
      expect((await hosts.list(signal)).vms).not.toContain('gone')
    })

    test('a machine whose first process died is off, says so, and boots again', async () => {
      const spec = machine('fell', 'echo $PPID >init; echo boot >>boots; sleep 600')
      await hosts.ensure(spec, signal)
      await soon(() => disk('fell', 'boots')).toBe('boot\n')
      const launched = Number.parseInt((await readFile(place.paths.vm('fell').launched, 'utf8')).split('\n')[1] ?? '', 10)
      process.kill(launched, 'SIGKILL')
      await soon(() => hosts.observe('fell', signal)).toMatchObject({ power: 'stopped', why: expect.stringMatching(/by itself/) })
      await hosts.ensure(spec, signal)
      await soon(() => disk('fell', 'boots')).toBe('boot\nboot\n')
    })

    test('user data that is not a script, or cannot run, still makes a machine', async () => {
      await hosts.ensure(machine('plain', '', { customData: 'role=worker\n' }), signal)
      await hosts.ensure(machine('broken', '', { customData: '#!/nowhere/sh\n' }), signal)
      await soon(async () => (await hosts.observe('broken', signal))?.bootExit).toBeGreaterThan(0)
      expect([await power('plain'), await power('broken')]).toEqual(['running', 'running'])
    })

    test.skipIf(!limits)('a machine that takes more memory than its size loses the process, not the host', async () => {
      await hosts.ensure(machine('hungry', 'tail /dev/zero; echo "ended with $?"', { memoryMb: 64 }), signal)
      await soon(() => hosts.consoleLog('hungry')).toContain('ended with 137')
      expect(await hosts.observe('hungry', signal)).toMatchObject({ power: 'running', why: expect.stringMatching(/Out of memory/) })
    })

    test.skipIf(!limits)('a machine computes no faster than its cores', async () => {
      await hosts.ensure(machine('busy', 'while :; do :; done', { cpus: 0.2 }), signal)
      const cpu = async () => (await hosts.observe('busy', signal))?.cpuSeconds ?? 0
      const [before, from] = [await cpu(), performance.now()]
      await new Promise((resolve) => setTimeout(resolve, 1000))
      expect(((await cpu()) - before) / ((performance.now() - from) / 1000)).toBeLessThan(0.35)
      await hosts.release('busy', signal)
    })

    test.skipIf(!rooted)('machines do not see our files, other machines or their processes, and have no privileges', async () => {
      await hosts.ensure(machine('other', `echo private >secret; exec sleep ${nap}.4713`), signal)
      const look = [
        `ls ${place.dataDir} ${place.paths.vm('other').disk}`, 'ls /root/* /home/*/secret', 'touch /usr/x /opt/brickyard/x', 'mount -t tmpfs x /mnt', 'hostname other',
        'unshare --net true', 'cat /proc/1/fd/3',
      ]
      await hosts.ensure(machine('nosy', `kill -9 1; ${look.map((command, index) => `${command} >/dev/null 2>&1 && echo "could ${index}"`).join('\n')}\ngrep -E "^(CapEff|CapBnd|NoNewPrivs)" /proc/self/status; cat /proc/[0-9]*/cmdline | tr '\\0' ' '; getent passwd "$(id -u)"; echo complete`), signal)
      await soon(() => hosts.consoleLog('nosy')).toContain('complete')
      const log = await hosts.consoleLog('nosy')
      expect(log).not.toMatch(/could|4713/)
      expect(await power('nosy')).toBe('running') // The kernel shields the init of a pid namespace.
      expect(log).toMatch(/CapEff:\s+0+\nCapBnd:\s+0+\nNoNewPrivs:\s+1/)
      expect(log).toContain('brickyard:x:')
    })

    test('hostile ids, addresses, names and variables are refused before anything is made', async () => {
      const good = machine('fine', 'true')
      const bad: VmSpec[] = ['../x', 'a b', 'A', '', `x';reboot;'`, '-x', 'x'.repeat(64)].map((id) => ({ ...good, id }))
      for (const address of ['127.0.0.1', '8.8.8.8', '10.139.64.4; true', '::1', '10.139.64.1', '']) bad.push({ ...good, nic: { ...good.nic, address } })
      bad.push({ ...good, env: { 'A;reboot': '1' } }, { ...good, env: { A: 'x\0y' } }, { ...good, hostname: `x'y` }, { ...good, cpus: 0 })
      for (const spec of bad) await expect(hosts.ensure(spec, signal), JSON.stringify(spec)).rejects.toMatchObject({ name: 'Problem' })
      await expect(hosts.release('../../etc', signal)).rejects.toMatchObject({ code: 'invalid' })
      await expect(hosts.ensureNetwork({ ...network('net'), id: 'a/b' }, signal)).rejects.toMatchObject({ code: 'invalid' })
      await expect(hosts.ensureNetwork({ ...network('odd'), prefixes: ['10.0.0.0/8; true'] }, signal)).rejects.toMatchObject({ code: 'invalid' })
      expect((await hosts.list(signal)).vms).not.toContain('fine')
    })

    test('a network in use stays; a free one goes and leaves nothing', async () => {
      await hosts.ensure(machine('holder', 'true'), signal)
      await expect(hosts.removeNetwork('net', signal)).rejects.toMatchObject({ code: 'conflict' })
      await hosts.ensureNetwork(network('spare'), signal)
      await hosts.ensureNetwork(network('spare'), signal)
      expect((await hosts.list(signal)).networks).toEqual(['net', 'spare'])
      await hosts.removeNetwork('spare', signal)
      await hosts.removeNetwork('spare', signal)
      expect((await hosts.list(signal)).networks).toEqual(['net'])
      expect(await tracesOf(place.tag)).not.toContain('spare')
    })
  })
}
