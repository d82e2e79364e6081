import { check, type Step } from '../step.ts'
import { left, locationOf, type World } from '../world.ts'

export const createGroup: Step<World> = {
  name: 'Create a resource group',
  async run({ product, names, memory }) {
    const made = await left(memory, 'cloud').resources.resourceGroups.createOrUpdate(names.group, { location: locationOf(product), tags: { made: 'by the walkabout' } })
    check(made.properties?.provisioningState === 'Succeeded', 'the group is there', made.properties)
    return `${made.name} in ${made.location}`
  },
}
