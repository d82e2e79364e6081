import { all, often } from '../cloud.ts'
import { check, type Step } from '../step.ts'
import { left, type World } from '../world.ts'

/** With a cluster running: the service ends it, then its group goes with all that is in it. */
export const deleteService: Step<World> = {
  name: 'Delete the service and show that nothing is left',
  ends: true,
  async run({ names, memory, signal }, tell) {
    const cloud = left(memory, 'cloud')
    const { url, id } = left(memory, 'service')
    await cloud.databricks.workspaces.delete(names.group, names.service, { ...often, abortSignal: signal })
    const group = await cloud.resources.resourceGroups.get(names.managedGroup).then(() => 'there', codeOf)
    check(group === 'ResourceGroupNotFound', 'the managed group is gone', group)
    const service = await cloud.databricks.workspaces.get(names.group, names.service).then(() => 'there', codeOf)
    check(service === 'ResourceNotFound', 'the service is gone', service)
    const leftOver = (await all(cloud.resources.resources.list())).filter((each) => [names.managedGroup, names.group].some((name) => each.id?.toLowerCase().includes(`/resourcegroups/${name}/`)))
    check(leftOver.length === 0, 'no resource of it is listed in the subscription', leftOver.map((each) => each.id))
    check(!(await all(cloud.compute.virtualMachines.listAll())).some((each) => each.id?.toLowerCase().includes(names.managedGroup)), 'no machine of it is listed')
    const own = await cloud.resources.resourceGroups.get(names.group)
    tell.line(`Gone: ${id.split('/').at(-1)}, ${names.managedGroup}, ${url}. Still there: ${own.name}, which was ours before.`)
    await cloud.resources.resourceGroups.delete(names.group, { ...often, abortSignal: signal })
    return 'ResourceGroupNotFound, and the subscription lists nothing of it'
  },
}

const codeOf = (error: unknown): string => (error instanceof Error && 'code' in error ? String(error.code) : String(error))
