import { powerOf } from '../cloud.ts'
import { check, type Step } from '../step.ts'
import { left, type World } from '../world.ts'
import { Cached, cachedCommand } from './pause.ts'

export const resume: Step<World> = {
  name: 'Resume: the variable and the cached table are still there',
  async run({ names, memory }, tell) {
    const [workspace, cluster, kept] = [left(memory, 'workspace'), left(memory, 'clusterId'), left(memory, 'kept')]
    const begun = performance.now()
    await workspace.start(cluster, tell.line)
    const running = (performance.now() - begun) / 1000
    const variable = (await workspace.python(cluster, 'print(kept)')).trim()
    check(variable === kept.variable, `the variable is still '${kept.variable}'`, variable)
    const found = Cached.parse(JSON.parse(await workspace.python(cluster, cachedCommand)))
    check(found.partitions === kept.partitions, `${kept.partitions} partitions are still in memory`, found)
    const counted = performance.now()
    const rows = Number(await workspace.python(cluster, 'print(cached_flights.count())'))
    check(rows === kept.cachedRows, 'the cached table answers', rows)
    tell.line(`kept = '${variable}'; ${found.partitions} partitions still in memory; counted in ${((performance.now() - counted) / 1000).toFixed(2)} s`)
    const machines = await powerOf(left(memory, 'cloud'), names.managedGroup)
    check(machines.length === 3 && machines.every(({ power }) => power === 'running'), 'the same three machines run', machines)
    return `RUNNING after ${running.toFixed(1)} s, everything in its place`
  },
}
