import { contentsOf, powerOf } from '../cloud.ts'
import { check, type Step } from '../step.ts'
import { left, type World } from '../world.ts'

export const listMachines: Step<World> = {
  name: 'List the three machines',
  async run({ names, memory }, tell) {
    const cloud = left(memory, 'cloud')
    const machines = await powerOf(cloud, names.managedGroup)
    const nics = await Promise.all(machines.map(async ({ name }) => addressOf(name)))
    tell.table(['virtual machine', 'size', 'power', 'address'], machines.map(({ name, size, power }, at) => [name, size, power, nics[at] ?? '']))
    check(machines.length === 3 && machines.every(({ power }) => power === 'running'), 'three machines run in the managed group', machines)
    check(nics.every((address) => address.startsWith('10.139.')) && new Set(nics).size === 3, 'each has its own address in the network', nics)
    const contents = await contentsOf(cloud, names.managedGroup)
    for (const kind of ['network interface', 'disk']) check(contents.filter((each) => each.kind === kind).length === 3, `each has a ${kind}`, contents)
    const { statuses = [] } = await cloud.compute.virtualMachines.instanceView(names.managedGroup, machines[0]?.name ?? '')
    return `running; ${statuses.length} statuses in each instance view`

    async function addressOf(machine: string): Promise<string> {
      const { networkProfile } = await cloud.compute.virtualMachines.get(names.managedGroup, machine)
      const nic = networkProfile?.networkInterfaces?.[0]?.id?.split('/').at(-1) ?? ''
      const { ipConfigurations } = await cloud.network.networkInterfaces.get(names.managedGroup, nic)
      return ipConfigurations?.[0]?.privateIPAddress ?? ''
    }
  },
}
