import { contentsOf, withoutMachines } from '../cloud.ts'
import { check, type Step } from '../step.ts'
import { left, type World } from '../world.ts'

/** The fields of the service's page in the portal ("blade"), and what its managed group holds while nothing runs. */
export const showService: Step<World> = {
  name: 'Show the service\u2019s page and what it is made of',
  async run({ names, memory }, tell) {
    const cloud = left(memory, 'cloud')
    const service = await cloud.databricks.workspaces.get(names.group, names.service)
    const fields = [
      ['Status', service.provisioningState], ['Managed Resource Group', names.managedGroup], ['URL', `https://${service.workspaceUrl}`], ['Resource Group', names.group],
      ['Location', service.location], ['Pricing Tier', service.sku?.name], ['Workspace Id', service.workspaceId],
    ] as const
    tell.table(['field', 'value'], fields.map(([name, value]) => [name, value ?? '']))
    for (const [name, value] of fields) check(value, `the page shows the ${name}`)
    check(service.managedResourceGroupId?.endsWith(`/${names.managedGroup}`), 'the managed group is the one asked for', service.managedResourceGroupId)
    const contents = await contentsOf(cloud, names.managedGroup)
    tell.table(['in the managed group', 'name'], contents.map(({ kind, name }) => [kind, name]))
    const kinds = contents.map(({ kind }) => kind)
    check(JSON.stringify(kinds) === JSON.stringify(withoutMachines), `the managed group holds exactly: ${withoutMachines.join(', ')}`, kinds)
    return 'a storage account, a network, a security group, and the identity that works for it'
  },
}
