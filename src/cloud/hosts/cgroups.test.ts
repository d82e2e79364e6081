import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openCgroups } from './cgroups.ts'

// A host has one layout; the other one is shown as plain folders, to see what is written where (kernel: admin-guide/cgroup-v2).
describe('control groups, version 2 only', () => {
  let base = ''
  const at = (...names: string[]) => join(base, 'brickyard-x', ...names)
  const text = (...names: string[]) => readFile(at(...names), 'utf8')

  beforeAll(async () => {
    base = await mkdtemp(join(tmpdir(), 'brickyard-cgroups-'))
    await mkdir(at())
  })
  afterAll(() => rm(base, { recursive: true }))

  test('limits go to one folder, without swap, and controllers are handed down first', async () => {
    const groups = openCgroups([{ version: 2, base, controllers: ['memory', 'cpu', 'pids'] }], 'brickyard-x')
    expect(groups).toMatchObject({ layout: 'v2', freezer: 'v2', exist: true })
    await groups.make('m', { cpus: 1.5, memoryMb: 512 })
    expect(await Promise.all([text('m', 'memory.max'), text('m', 'memory.swap.max'), text('m', 'cpu.max'), text('m', 'pids.max')])).toEqual(['536870912', '0', '150000 100000', '16384'])
    expect(await text('cgroup.subtree_control')).toBe('+pids')
    expect(groups.joinFiles('m')).toEqual([at('m', 'cgroup.procs')])
  })

  test('use, deaths by memory and freezing are read from where version 2 has them', async () => {
    const groups = openCgroups([{ version: 2, base, controllers: ['memory', 'cpu', 'pids'] }], 'brickyard-x')
    await writeFile(at('m', 'cpu.stat'), 'usage_usec 2500000\nuser_usec 1\n')
    await writeFile(at('m', 'memory.current'), '10485760\n')
    await writeFile(at('m', 'memory.events'), 'low 0\noom 3\noom_kill 2\n')
    await writeFile(at('m', 'cgroup.events'), 'populated 1\nfrozen 1\n')
    await writeFile(at('m', 'cgroup.procs'), '12\n13\n')
    expect(await groups.usage('m')).toEqual({ cpuSeconds: 2.5, memoryMb: 10, outOfMemory: 2 })
    expect([await groups.freeze('m'), await text('m', 'cgroup.freeze'), await groups.frozen('m'), await groups.members('m')]).toEqual([true, '1', true, [12, 13]])
    await groups.thaw('m')
    expect([await groups.frozen('m'), await groups.list()]).toEqual([false, ['m']])
  })

  test('without any hierarchy nothing is claimed', async () => {
    const groups = openCgroups([], 'brickyard-x')
    await groups.make('m', { cpus: 1, memoryMb: 512 })
    expect(groups).toMatchObject({ layout: 'none', freezer: 'none', exist: false })
    expect([groups.limits('memory'), groups.joinFiles('m'), await groups.usage('m')]).toEqual([false, [], { outOfMemory: 0 }])
  })
})
