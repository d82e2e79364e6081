import { z } from 'zod'
import { parseAddress } from '../hosts/addresses.ts'
import { deciding } from '../hosts/firewall.ts'
import { versions } from '../resource-manager/api-versions.ts'
import { region, type Core } from '../resource-manager/core.ts'
import { keyOf } from '../resource-manager/id.ts'
import { ok, param, type Call, type Operation, type Reply } from '../resource-manager/operation.ts'
import { bad, resourceNotFound } from '../resource-manager/problems.ts'
import { storedMachine } from '../compute/schema.ts'
import type { Bag } from '../store/tables.ts'
import { addressOf, cardsIn, findCard, subnetIdOf } from './cards.ts'
import type { Enforcement } from './enforcement.ts'

const type = 'Microsoft.Network/networkWatchers'
/** Azure makes one a region by itself, in a group of this name. */
const watcher = { group: 'NetworkWatcherRG', name: `NetworkWatcher_${region.name}` }
const port = z.string().regex(/^\d{1,5}$/).transform(Number).refine((value) => value <= 65_535)
const Flow = z.object({
  targetResourceId: z.string(), targetNicResourceId: z.string().nullish(), direction: z.enum(['Inbound', 'Outbound']), protocol: z.enum(['TCP', 'UDP']),
  localPort: port, remotePort: port, localIPAddress: z.ipv4(), remoteIPAddress: z.ipv4(),
})
const machineType = 'Microsoft.Compute/virtualMachines'

/**
 * `ipFlowVerify`: would this packet pass, and which rule says so? Answered from the very rules that the hosts are given.
 * Source: Microsoft.Network networkWatcher.json, VerificationIPFlowParameters.
 */
export function watcherOperations(core: Core, enforcement: Enforcement, urls: { publicUrl: string; storageUrl: string }): Operation[] {
  const from = Number(new URL(urls.publicUrl).port)
  const ports = { from, to: from + 59 }
  const storagePort = Number(new URL(urls.storageUrl).port)
  const id = `/subscriptions/${core.subscriptionId}/resourceGroups/${watcher.group}/providers/${type}/${watcher.name}`
  const body: Bag = { id, name: watcher.name, type, location: region.name, etag: 'W/"1"', properties: { provisioningState: 'Succeeded', runningOperationIds: [] } }
  const inGroup = `/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers/${type}`
  const here = (call: Call): void => {
    if (keyOf(param(call, 'name')) !== keyOf(watcher.name)) throw resourceNotFound(type, param(call, 'name'), param(call, 'resourceGroupName'))
  }

  async function verify(call: Call): Promise<Reply> {
    here(call)
    const read = Flow.safeParse(call.body)
    if (!read.success) {
      const issue = read.error.issues[0]
      throw bad('InvalidRequestFormat', `The value of '${issue?.path.join('.') ?? 'body'}' is not valid: ${issue?.message ?? ''}.`, issue?.path.join('.'))
    }
    const flow = read.data
    await core.access.must(call.caller, `${machineType}/read`, flow.targetResourceId)
    const { card, place } = await cardOf(flow.targetResourceId, flow.localIPAddress)
    const group = await enforcement.groupOf(card)
    const rules = await enforcement.rulesOf(group)
    if (rules.length === 0) return ok({ access: 'Allow', ruleName: '', brickyardEnforcement: enforcement.said })
    const [local, remote] = [parseAddress(flow.localIPAddress), parseAddress(flow.remoteIPAddress)]
    const inbound = flow.direction === 'Inbound'
    // Machines without a network of their own have addresses outside its prefixes; they are in it all the same.
    const members = (await cardsIn(core.db, place)).map((each) => `${addressOf(each.nic)}/32`)
    const found = deciding(rules, {
      direction: flow.direction, protocol: flow.protocol === 'TCP' ? 'Tcp' : 'Udp', source: inbound ? remote : local, sourcePort: inbound ? flow.remotePort : flow.localPort,
      destination: inbound ? local : remote, destinationPort: inbound ? flow.localPort : flow.remotePort,
    }, { prefixes: [...await prefixesOf(subnetIdOf(card.nic)), ...members], platform: '127.0.0.1', ports, storagePort })
    const name = found && `${found.priority >= 65_000 ? 'defaultSecurityRules' : 'securityRules'}/${found.name}`
    return ok({ access: found?.access ?? 'Deny', ruleName: name ?? '', brickyardEnforcement: enforcement.said })
  }

  async function cardOf(machine: string, address: string) {
    const row = await core.db.selectFrom('resources').selectAll().where('key', '=', keyOf(machine)).where('type', '=', machineType).executeTakeFirst()
    if (!row) throw bad('TargetResourceNotFound', `The virtual machine '${machine}' was not found.`, 'targetResourceId')
    const nics = await Promise.all(storedMachine.parse(row.properties).networkProfile.networkInterfaces.map((nic) => findCard(core.db, nic.id)))
    const card = nics.find((nic) => nic && addressOf(nic.nic) === address)
    if (!card) throw bad('LocalIPAddressNotFound', `No network interface of '${row.name}' has the address ${address}.`, 'localIPAddress')
    return { card, place: subnetIdOf(card.nic).split('/subnets/')[0] ?? '' }
  }
  const prefixesOf = async (subnet: string): Promise<string[]> => (await enforcement.placeOf(core.db, subnet))?.network.addressSpace.addressPrefixes ?? []

  const line = (method: Operation['method'], path: string, verb: string, handle: Operation['handle'], scope?: Operation['scope']): Operation =>
    ({ method, path, versions: versions.network, needs: `${type}/${verb}`, handle, ...(scope ? { scope } : {}) })
  const everywhere = () => `/subscriptions/${core.subscriptionId}`
  return [
    line('GET', `/subscriptions/{subscriptionId}/providers/${type}`, 'read', async () => ok({ value: [body] }), everywhere),
    line('GET', inGroup, 'read', async (call) => ok({ value: keyOf(param(call, 'resourceGroupName')) === keyOf(watcher.group) ? [body] : [] })),
    line('GET', `${inGroup}/{name}`, 'read', async (call) => { here(call); return ok(body) }),
    line('POST', `${inGroup}/{name}/ipFlowVerify`, 'ipFlowVerify/action', verify),
  ]
}
