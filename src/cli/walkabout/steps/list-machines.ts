import { contentsOf, powerOf } from '../cloud.ts'
import { check, type Step } from '../step.ts'
import { left, type World } from '../world.ts'

export const listMachines: Step<World> = {
  name: 'List the three machines',
  async run({ product, names, memory }, tell) {
    const cloud = left(memory, 'cloud')
    const machines = await powerOf(cloud, names.managedGroup)
    const nics = await Promise.all(machines.map(async ({ name }) => addressOf(name)))
    tell.table(['virtual machine', 'size', 'power', 'address'], machines.map(({ name, size, power }, at) => [name, size, power, nics[at] ?? '']))
    check(machines.length === 3 && machines.every(({ power }) => power === 'running'), 'three machines run in the managed group', machines)
    // Machines that are processes of this host have addresses of the host's loopback network instead.
    const network = product.hosts.kind === 'netns' ? '10.139.' : '127.'
    check(nics.every((address) => address.startsWith(network)) && new Set(nics).size === 3, 'each has its own address', nics)
    const contents = await contentsOf(cloud, names.managedGroup)
    for (const kind of ['network interface', 'disk']) check(contents.filter((each) => each.kind === kind).length === 3, `each has a ${kind}`, contents)
    const rules = await cloud.network.networkSecurityGroups.get(names.managedGroup, 'workers-sg')
    const kept = product.hosts.kind === 'netns' ? 'enforced on each' : 'recorded, not enforced: this host runs machines as processes'
    return `running; rules of ${rules.name} are ${kept}`

    async function addressOf(machine: string): Promise<string> {
      const { networkProfile } = await cloud.compute.virtualMachines.get(names.managedGroup, machine)
      const nic = networkProfile?.networkInterfaces?.[0]?.id?.split('/').at(-1) ?? ''
      const { ipConfigurations } = await cloud.network.networkInterfaces.get(names.managedGroup, nic)
      return ipConfigurations?.[0]?.privateIPAddress ?? ''
    }
  },
}
