import { z } from 'zod'
import { folder, loadCommand, locationsCommand, tables } from '../data.ts'
import { check, type Step } from '../step.ts'
import { left, type World } from '../world.ts'

const Loaded = z.record(z.string(), z.tuple([z.int(), z.number()]))

export const loadData: Step<World> = {
  name: 'Load the flights of New York, 2013, into Delta tables',
  async run({ memory }, tell) {
    const [workspace, cluster, { account }] = [left(memory, 'workspace'), left(memory, 'clusterId'), left(memory, 'service')]
    const begun = performance.now()
    await workspace.upload(cluster, folder, tell.line)
    tell.line(`on the driver's disk after ${((performance.now() - begun) / 1000).toFixed(1)} s`)
    const loaded = Loaded.parse(JSON.parse(await workspace.python(cluster, loadCommand())))
    const locations = z.record(z.string(), z.string()).parse(JSON.parse(await workspace.python(cluster, locationsCommand())))
    const counts = Object.fromEntries(Object.entries(loaded).map(([name, [rows]]) => [name, rows]))
    tell.table(['table', 'rows', 'seconds', 'lies at'], tables.map(({ name }) => [name, counts[name] ?? 0, (loaded[name]?.[1] ?? 0).toFixed(1), locations[name] ?? '']))
    for (const { name, rows } of tables) {
      check(counts[name] === rows, `${name} has ${rows} rows`, counts[name])
      check(locations[name]?.includes(`@${account}.`), `${name} is a Delta table on the root storage ${account}`, locations[name])
    }
    return `${Object.values(counts).reduce((sum, rows) => sum + rows, 0).toLocaleString('en-US')} rows in ${tables.length} tables`
  },
}
