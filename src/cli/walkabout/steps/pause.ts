import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import { powerOf } from '../cloud.ts'
import { check, type Step } from '../step.ts'
import { left, type World } from '../world.ts'

/** What Spark holds in the executors' memory: partitions of cached tables, as the driver counts them. */
export const cachedCommand = `
import json as _json
_infos = [_i for _i in spark._jsparkSession.sparkContext().getRDDStorageInfo()]
print(_json.dumps({'partitions': sum(_i.numCachedPartitions() for _i in _infos), 'bytes': sum(_i.memSize() + _i.diskSize() for _i in _infos)}))
`
export const Cached = z.object({ partitions: z.int(), bytes: z.number() })

export const pause: Step<World> = {
  name: 'Set a variable, cache a table, pause: the machines freeze',
  async run({ names, memory, pauseSeconds, signal }, tell) {
    const [workspace, cluster, cloud] = [left(memory, 'workspace'), left(memory, 'clusterId'), left(memory, 'cloud')]
    const variable = randomBytes(8).toString('hex')
    const rows = Number(await workspace.python(cluster, `kept = '${variable}'\ncached_flights = spark.table('flights').cache()\nprint(cached_flights.count())`))
    const cached = Cached.parse(JSON.parse(await workspace.python(cluster, cachedCommand)))
    check(cached.partitions > 0, 'the table is cached on the executors', cached)
    tell.line(`kept = '${variable}'; ${rows.toLocaleString('en-US')} flights cached in ${cached.partitions} partitions, ${(cached.bytes / 1e6).toFixed(1)} MB`)
    memory.kept = { variable, cachedRows: rows, partitions: cached.partitions }
    await workspace.pause(cluster, tell.line)
    const machines = await powerOf(cloud, names.managedGroup)
    tell.table(['virtual machine', 'power', 'hibernated'], machines.map(({ name, power, hibernated }) => [name, power, hibernated ? 'yes' : 'no']))
    check(machines.length === 3 && machines.every(({ power, hibernated }) => power === 'deallocated' && hibernated), 'three machines are deallocated and hibernated', machines)
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, pauseSeconds * 1000)
      signal.addEventListener('abort', () => { clearTimeout(timer); resolve() }, { once: true })
    })
    return `deallocated and hibernated; waited ${pauseSeconds} s`
  },
}
