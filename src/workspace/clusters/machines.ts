import { ComputeManagementClient, type VirtualMachine } from '@azure/arm-compute'
import { NetworkManagementClient, type NetworkInterface } from '@azure/arm-network'
import type { Arm } from '../arm.ts'
import type { WorkspaceRecord } from '../contract.ts'
import type { MachineState } from './next-step.ts'

/** One machine of a cluster as the resource manager tells it. */
export type MachineView = { name: string; state: MachineState; why?: string; address: string; vmId: string; startedAt: number; size?: string | undefined; diskGb?: number | undefined }
export type View = { machines: MachineView[]; addresses: ReadonlyMap<string, string>; loose: string[] }
export type NewMachine = { name: string; size: string; tags: Record<string, string>; customData: string; publicKey: string }
export type Machines = ReturnType<typeof clusterMachines>

const fast = { updateIntervalInMs: 50 }
const nicOf = (name: string) => `${name}-nic`
const diskOf = (name: string) => `${name}-disk`

/** Virtual machines in the managed resource group, by the official clients: the same calls on Azure and on our own cloud. */
export function clusterMachines(arm: Arm, record: WorkspaceRecord, imageVersion: string) {
  const compute = new ComputeManagementClient(arm.credential, arm.subscriptionId, arm.options)
  const network = new NetworkManagementClient(arm.credential, arm.subscriptionId, arm.options)
  const group = record.managedResourceGroupId.split('/').at(-1) ?? ''
  const { location } = record

  async function view(
    clusterId: string,
    incarnation: number,
    withPower: boolean,
    withDisks: boolean,
    abortSignal: AbortSignal,
  ): Promise<View> {
    const [vms, nics, disks] = await Promise.all([
      collect(compute.virtualMachines.list(group, { abortSignal }), clusterId),
      collect(network.networkInterfaces.list(group, { abortSignal }), clusterId),
      withDisks ? collect(compute.disks.listByResourceGroup(group, { abortSignal }), clusterId) : [],
    ])
    const addresses = new Map(nics.map((nic) => [(nic.name ?? '').replace(/-nic$/, ''), nic.ipConfigurations?.[0]?.privateIPAddress ?? '']))
    const machines = await Promise.all(
      vms.map(async (vm): Promise<MachineView> => {
        const name = vm.name ?? ''
        const common = { name, address: addresses.get(name) ?? '', vmId: vm.vmId ?? name, startedAt: vm.timeCreated?.getTime() ?? 0, size: vm.hardwareProfile?.vmSize, diskGb: vm.storageProfile?.osDisk?.diskSizeGB }
        return { ...common, ...(await stateOf(vm, incarnation, withPower, abortSignal)) }
      }),
    )
    const left = [...addresses.keys(), ...disks.map((disk) => (disk.name ?? '').replace(/-disk$/, ''))]
    const loose = [...new Set(left)].filter((name) => !machines.some((machine) => machine.name === name))
    return { machines, addresses, loose }
  }

  async function stateOf(
    vm: VirtualMachine,
    incarnation: number,
    withPower: boolean,
    abortSignal: AbortSignal,
  ): Promise<{ state: MachineState; why?: string }> {
    const provisioning = vm.provisioningState?.toLowerCase()
    if (provisioning === 'deleting') return { state: 'deleting' }
    if (vm.tags?.Incarnation !== String(incarnation)) return { state: 'stale' }
    if (provisioning !== 'failed' && !withPower) return { state: provisioning === 'succeeded' ? 'running' : 'changing' }
    // A machine deleted since the list is on its way down.
    const seen = await compute.virtualMachines.instanceView(group, vm.name ?? '', { abortSignal }).catch(unlessGone)
    if (!seen) return { state: 'deleting' }
    const codes = (seen.statuses ?? []).map((status) => status.code ?? '')
    const why = (seen.statuses ?? [])
      .map((status) => status.message)
      .filter((text) => text !== undefined && text !== '')
      .join(' ')
    return { state: provisioning === 'failed' ? 'failed' : powerState(codes), ...(why ? { why } : {}) }
  }

  return {
    view,

    /** Network cards first: their addresses are part of what the machines are told. Returns all addresses by name. */
    async ensureCards(names: readonly string[], tags: Record<string, string>, abortSignal: AbortSignal): Promise<Map<string, string>> {
      const made = await Promise.all(
        names.map(async (name) => {
          const card: NetworkInterface = {
            location,
            tags,
            networkSecurityGroup: { id: record.network.nsgId },
            ipConfigurations: [{ name: 'ip', primary: true, subnet: { id: record.network.privateSubnetId } }],
          }
          const nic = await network.networkInterfaces.createOrUpdate(group, nicOf(name), card, { ...fast, abortSignal })
          return [name, nic.ipConfigurations?.[0]?.privateIPAddress ?? ''] satisfies [string, string]
        }),
      )
      return new Map(made)
    },

    /** Resolves when the cloud has accepted the machine, not when it runs. */
    async ensure(machine: NewMachine, abortSignal: AbortSignal): Promise<void> {
      const id = `${record.managedResourceGroupId}/providers/Microsoft.Network/networkInterfaces/${nicOf(machine.name)}`
      const vm: VirtualMachine = {
        location,
        tags: machine.tags,
        hardwareProfile: { vmSize: machine.size },
        additionalCapabilities: { hibernationEnabled: true },
        storageProfile: {
          imageReference: { publisher: 'brickyard', offer: 'brickyard', sku: 'spark', version: imageVersion },
          osDisk: { name: diskOf(machine.name), createOption: 'FromImage', deleteOption: 'Delete' },
        },
        osProfile: {
          computerName: machine.name,
          adminUsername: 'brickyard',
          customData: Buffer.from(machine.customData).toString('base64'),
          linuxConfiguration: {
            disablePasswordAuthentication: true,
            ssh: { publicKeys: [{ path: '/home/brickyard/.ssh/authorized_keys', keyData: machine.publicKey }] },
          },
        },
        networkProfile: { networkInterfaces: [{ id, primary: true, deleteOption: 'Delete' }] },
        diagnosticsProfile: { bootDiagnostics: { enabled: true } },
      }
      await compute.virtualMachines.createOrUpdate(group, machine.name, vm, { ...fast, abortSignal }).submitted()
    },

    async remove(name: string, abortSignal: AbortSignal): Promise<void> {
      await compute.virtualMachines
        .delete(group, name, { ...fast, abortSignal })
        .submitted()
        .catch(unlessGone)
    },
    /** What a machine that is gone may have left. */
    async removeLeftovers(name: string, abortSignal: AbortSignal): Promise<void> {
      await Promise.all([
        network.networkInterfaces
          .delete(group, nicOf(name), { ...fast, abortSignal })
          .submitted()
          .catch(unlessGone),
        compute.disks
          .delete(group, diskOf(name), { ...fast, abortSignal })
          .submitted()
          .catch(unlessGone),
      ])
    },
    hibernate: (name: string, abortSignal: AbortSignal) =>
      compute.virtualMachines.deallocate(group, name, { hibernate: true, ...fast, abortSignal }).submitted(),
    wake: (name: string, abortSignal: AbortSignal) => compute.virtualMachines.start(group, name, { ...fast, abortSignal }).submitted(),
    /** Its id for Azure Monitor. */
    idOf: (name: string): string => `${record.managedResourceGroupId}/providers/Microsoft.Compute/virtualMachines/${name}`,
    consoleUri: async (name: string): Promise<string | undefined> =>
      (await compute.virtualMachines.retrieveBootDiagnosticsData(group, name)).serialConsoleLogBlobUri,
  }
}

async function collect<T extends { name?: string }>(list: AsyncIterable<T>, clusterId: string): Promise<T[]> {
  const found: T[] = []
  for await (const each of list) if (each.name?.startsWith(`${clusterId}-`)) found.push(each)
  return found
}

/** Source: "States and billing status of Azure virtual machines" and the hibernation page (HibernationState/Hibernated). */
function powerState(codes: readonly string[]): MachineState {
  const power = codes.find((code) => code.startsWith('PowerState/'))
  if (codes.includes('HibernationState/Hibernated') && power !== 'PowerState/running' && power !== 'PowerState/starting')
    return 'hibernated'
  if (power === 'PowerState/running') return 'running'
  return power === 'PowerState/stopped' || power === 'PowerState/deallocated' ? 'stopped' : 'changing'
}

function unlessGone(error: unknown): undefined {
  if (error instanceof Error && 'statusCode' in error && error.statusCode === 404) return undefined
  throw error
}
