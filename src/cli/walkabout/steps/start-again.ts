import { tables } from '../data.ts'
import { check, type Step } from '../step.ts'
import { left, type World } from '../world.ts'
import { answersOf } from './ask-questions.ts'

/**
 * New machines have an empty session catalog until the workspace has one of its own that lasts: what is not known is
 * looked up where it lies, on the root storage.
 */
const findTables = `
_dir = spark.conf.get('spark.sql.warehouse.dir')
for _name in ${JSON.stringify(tables.map(({ name }) => name))}:
    spark.sql(f"CREATE TABLE IF NOT EXISTS {_name} USING delta LOCATION '{_dir}/{_name}'")
`

export const startAgain: Step<World> = {
  name: 'Start again: the same answers from the same data',
  async run(world, tell) {
    const { memory } = world
    const [workspace, cluster] = [left(memory, 'workspace'), left(memory, 'clusterId')]
    const begun = performance.now()
    await workspace.start(cluster, tell.line)
    tell.line(`three new machines after ${((performance.now() - begun) / 1000).toFixed(1)} s`)
    await workspace.python(cluster, findTables)
    const again = await answersOf(world)
    check(JSON.stringify(again) === JSON.stringify(left(memory, 'answers')), 'new machines give the same answers', again)
    return `${again.length} answers are equal, on three new machines`
  },
}
