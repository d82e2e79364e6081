import { createHash, randomUUID } from 'node:crypto'
import type { Kysely } from 'kysely'
import type { HostProvider } from '../hosts/provider.ts'
import type { LinkedAccess } from '../authorization/linked.ts'
import { versions } from '../resource-manager/api-versions.ts'
import { keyOf } from '../resource-manager/id.ts'
import { bad, conflict, notBuilt } from '../resource-manager/problems.ts'
import { read } from '../resource-manager/read-body.ts'
import type { Put, ResourceType } from '../resource-manager/resource-type.ts'
import { turn } from '../store/transaction.ts'
import type { Tables } from '../store/tables.ts'
import { addressOf, cardsIn, cardType, groupType, subnetIdOf } from './cards.ts'
import { parseCidr, toNumber } from './cidr.ts'
import { mustBeOneGroup, networkSpec, type Enforcement } from './enforcement.ts'
import { cardBody, storedCard, type StoredCard } from './schema.ts'

export type CardDeps = { db: Kysely<Tables>; hosts: Pick<HostProvider, 'allocate' | 'addressScope'>; enforcement: Enforcement; linked: LinkedAccess }

/** `Microsoft.Network/networkInterfaces`: takes its address when it is made and keeps it until it goes. */
export const networkInterfaces = (deps: CardDeps): ResourceType => ({
  type: cardType, versions: versions.network, rank: 40, created: 201, etags: true,
  async put(put) {
    const body = read(cardBody, put.properties)
    const old = put.existing ? storedCard.parse(put.existing.properties) : null
    const [wish, more] = body.ipConfigurations
    if (!wish || more) throw notBuilt('A network interface with more than one IP configuration')
    if (wish.properties.publicIPAddress) throw notBuilt('A public IP address on a network interface')
    const id = put.existing?.id ?? put.name.id
    const guid = old?.resourceGuid ?? randomUUID()
    const address = await addressFor(deps, put, wish.properties, body.networkSecurityGroup?.id, old)
    const nic: StoredCard = {
      ...withoutReadOnly(body), resourceGuid: guid, macAddress: old?.macAddress ?? macOf(guid), ...(old?.virtualMachine ? { virtualMachine: old.virtualMachine } : {}),
      ipConfigurations: [{
        ...wish, id: `${id}/ipConfigurations/${wish.name}`, type: `${cardType}/ipConfigurations`,
        properties: { ...wish.properties, privateIPAddress: address, privateIPAllocationMethod: wish.properties.privateIPAllocationMethod ?? 'Dynamic', primary: true, privateIPAddressVersion: 'IPv4', provisioningState: 'Succeeded' },
      }],
    }
    const regrouped = old !== null && keyOf(old.networkSecurityGroup?.id ?? '') !== keyOf(nic.networkSecurityGroup?.id ?? '')
    return { properties: nic, job: regrouped && nic.virtualMachine != null }
  },
  async mayRemove({ row }) {
    const { virtualMachine } = storedCard.parse(row.properties)
    if (virtualMachine) throw conflict('NicInUse', `Network Interface ${row.id} is used by existing resource ${virtualMachine.id}. In order to delete the network interface, it must be dissociated from the resource. To learn more, see aka.ms/deletenic.`)
  },
  async make(row, signal) {
    await deps.enforcement.apply([{ row, nic: storedCard.parse(row.properties) }], signal)
  },
  async view(row) {
    const nic = storedCard.parse(row.properties)
    return { enableAcceleratedNetworking: false, enableIPForwarding: false, nicType: 'Standard', hostedWorkloads: [], tapConfigurations: [], dnsSettings: { dnsServers: [], appliedDnsServers: [] }, ...nic, ...(nic.virtualMachine ? { primary: true } : {}) }
  },
})

const withoutReadOnly = (body: ReturnType<typeof cardBody.parse>) => {
  const { virtualMachine: _, macAddress: __, resourceGuid: ___, provisioningState: ____, ...rest } = body
  return rest
}
const macOf = (guid: string): string => `00-0D-3A-${createHash('sha256').update(guid).digest('hex').slice(0, 6).toUpperCase().replaceAll(/(..)(?=.)/g, '$1-')}`

type Wish = { subnet: { id: string }; privateIPAddress?: string | null | undefined; privateIPAllocationMethod?: 'Dynamic' | 'Static' | undefined }

/** The card's address: the one it has, the one asked for, or a free one. Under the network's turn, so two cards never get the same. */
async function addressFor(deps: CardDeps, put: Put, wish: Wish, group: string | undefined, old: StoredCard | null): Promise<string> {
  const place = await deps.enforcement.placeOf(put.tx, wish.subnet.id)
  if (!place || place.row.state === 'Deleting') throw bad('InvalidResourceReference', `Resource ${wish.subnet.id} referenced by resource ${put.name.id} was not found. Please make sure that the referenced resource exists, and that both resources are in the same region.`)
  const moved = !old || keyOf(subnetIdOf(old)) !== keyOf(wish.subnet.id)
  if (old?.virtualMachine && moved) throw conflict('SubnetsNotInSameVnet', `Network interface ${put.name.id} is attached to a virtual machine; its subnet cannot be changed.`)
  if (moved) await deps.linked.must(put.tx, put.caller, `${cardType}/write`, put.name.id, 'Microsoft.Network/virtualNetworks/subnets/join/action', wish.subnet.id)
  if (group && keyOf(group) !== keyOf(old?.networkSecurityGroup?.id ?? '')) {
    await deps.linked.must(put.tx, put.caller, `${cardType}/write`, put.name.id, 'Microsoft.Network/networkSecurityGroups/join/action', group)
    const found = await put.tx.selectFrom('resources').select('key').where('key', '=', keyOf(group)).where('type', '=', groupType).where('state', '<>', 'Deleting').forShare().executeTakeFirst()
    if (!found) throw bad('InvalidResourceReference', `Resource ${group} referenced by resource ${put.name.id} was not found. Please make sure that the referenced resource exists, and that both resources are in the same region.`)
  }
  mustBeOneGroup(group, place.subnet.properties.networkSecurityGroup?.id)
  await turn(put.tx, deps.hosts.addressScope === 'host' ? 'addresses' : place.row.key)
  if ((await deps.enforcement.placeOf(put.tx, wish.subnet.id)) === null) throw bad('InvalidResourceReference', `Resource ${wish.subnet.id} was removed.`)
  const others = (deps.hosts.addressScope === 'host' ? await everyCard(put) : await cardsIn(put.tx, place.row.id)).filter((card) => card.row.key !== put.name.key)
  const taken = new Set(others.map((card) => addressOf(card.nic)))
  const asked = wish.privateIPAllocationMethod === 'Static' || (!moved && wish.privateIPAddress) ? wish.privateIPAddress : null
  if (asked && asked === (old && addressOf(old)) && !moved) return asked
  if (wish.privateIPAllocationMethod === 'Static') return staticAddress(deps, asked, place.subnet, taken)
  if (old && !moved) return addressOf(old)
  return deps.hosts.allocate(networkSpec(place.network), place.subnet.name, taken)
}

async function everyCard(put: Put) {
  const rows = await put.tx.selectFrom('resources').selectAll().where('type', '=', cardType).execute()
  return rows.map((row) => ({ row, nic: storedCard.parse(row.properties) }))
}

function staticAddress(deps: CardDeps, asked: string | null | undefined, subnet: { name: string; properties: { addressPrefix: string } }, taken: ReadonlySet<string>): string {
  if (!asked) throw bad('PrivateIPAddressNotSpecified', 'A static allocation needs privateIPAddress.')
  if (deps.hosts.addressScope === 'host') throw bad('StaticAddressNotAvailable', 'Machines here are processes that share one host: their addresses are loopback addresses that are given out, and a static one in the subnet cannot be real. Use dynamic allocation, or network namespaces (--hosts=netns).')
  const range = parseCidr(subnet.properties.addressPrefix)
  const address = parseCidr(asked)
  if (!address || asked.includes('/')) throw bad('InvalidIPAddressFormat', `The IP address ${asked} is not well formed.`)
  const number = toNumber(asked)
  if (!range || number < range.first || number > range.last) throw bad('PrivateIPAddressNotInSubnet', `Private static IP address ${asked} does not belong to the range of subnet prefix ${subnet.properties.addressPrefix}.`)
  if (number < range.first + 4 || number === range.last) throw bad('PrivateIPAddressInReservedRange', `Private static IP address ${asked} falls within reserved IP range of subnet prefix ${subnet.properties.addressPrefix}.`)
  if (taken.has(asked)) throw bad('PrivateIPAddressInUse', `IP configuration cannot use the private IP address ${asked}: it is in use.`)
  return asked
}
