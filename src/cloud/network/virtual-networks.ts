import { randomUUID } from 'node:crypto'
import type { Kysely } from 'kysely'
import type { HostProvider } from '../hosts/provider.ts'
import { versions } from '../resource-manager/api-versions.ts'
import { keyOf } from '../resource-manager/id.ts'
import { bad, conflict } from '../resource-manager/problems.ts'
import { quoted } from '../resource-manager/render.ts'
import { read } from '../resource-manager/read-body.ts'
import type { Put, ResourceType } from '../resource-manager/resource-type.ts'
import type { LinkedAccess } from '../authorization/linked.ts'
import type { Bag, ResourceRow, Tables } from '../store/tables.ts'
import { addressSpace, mustFit } from './address-spaces.ts'
import { cardsIn, groupType, networkType, sameText, subnetIdOf, type Card } from './cards.ts'
import { mustBeOneGroup, type Enforcement } from './enforcement.ts'
import { networkBody, storedNetwork, type StoredNetwork, type StoredSubnet, type subnetBody } from './schema.ts'
import type { z } from 'zod'
import { turn } from '../store/transaction.ts'

export type NetworkDeps = { db: Kysely<Tables>; hosts: Pick<HostProvider, 'removeNetwork' | 'setRules' | 'enforcesRules'>; enforcement: Enforcement; linked: LinkedAccess }

/** `Microsoft.Network/virtualNetworks`. On hosts a network comes to be with its first machine. */
export const virtualNetworks = (deps: NetworkDeps): ResourceType => ({
  type: networkType, versions: versions.network, rank: 60, created: 201, etags: true,
  async put(put) {
    const body = read(networkBody, put.properties)
    const old = put.existing ? storedNetwork.parse(put.existing.properties) : null
    const wished = body.subnets ?? old?.subnets ?? []
    return writeNetwork(deps, put, { ...body, subnets: wished })
  },
  async mayRemove({ tx, row }) {
    await turn(tx, row.key)
    const [card] = await cardsIn(tx, row.id)
    if (card) throw inUse(subnetIdOf(card.nic), card)
  },
  make: (row, signal) => deps.enforcement.applyInNetwork(row.id, signal),
  async destroy(row, signal) {
    await deps.hosts.removeNetwork(storedNetwork.parse(row.properties).resourceGuid, signal)
    return true
  },
  view: (row) => viewNetwork(deps, row),
})

type Wish = Bag & { addressSpace: { addressPrefixes: string[] }; subnets: (z.infer<typeof subnetBody> & { name: string })[] }

/** Lays a wish over a network; used by the network itself and by its subnets, which are parts of it. */
export async function writeNetwork(deps: NetworkDeps, put: Pick<Put, 'tx' | 'name' | 'existing' | 'caller'>, wish: Wish): Promise<{ properties: Bag; job: boolean }> {
  const { tx, existing, name } = put
  const old = existing ? storedNetwork.parse(existing.properties) : null
  const id = existing?.id ?? name.id
  const subnets = wish.subnets.map((subnet) => subnetOfWish(id, subnet, old?.subnets.find((each) => sameText(each.name, subnet.name))))
  const doubled = subnets.find((subnet, index) => subnets.slice(index + 1).some((other) => sameText(other.name, subnet.name)))
  if (doubled) throw bad('DuplicateResourceName', `The subnet name '${doubled.name}' is used more than once.`)
  mustFit(addressSpace(wish.addressSpace.addressPrefixes), subnets.map((subnet) => ({ name: subnet.name, prefix: subnet.properties.addressPrefix })), name.names[0] ?? name.name)
  for (const subnet of subnets) await mustJoin(deps, put, subnet, old)
  const cards = existing ? await cardsIn(tx, existing.id) : []
  for (const card of cards) mustKeep(card, subnets, old)
  const changed = cards.some((card) => groupBefore(old, card) !== groupBefore({ subnets }, card))
  return { properties: { ...wish, subnets, resourceGuid: old?.resourceGuid ?? randomUUID() }, job: changed }
}

function subnetOfWish(network: string, wish: z.infer<typeof subnetBody> & { name: string }, old: StoredSubnet | undefined): StoredSubnet {
  const prefix = wish.properties.addressPrefix ?? wish.properties.addressPrefixes?.[0] ?? old?.properties.addressPrefix
  if (prefix === undefined) throw bad('InvalidRequestFormat', `The subnet '${wish.name}' has no addressPrefix.`, 'properties.subnets')
  if (!/^[A-Za-z0-9_]([\w.-]{0,78}\w)?$/.test(wish.name)) throw bad('InvalidResourceName', `Resource name ${wish.name} is invalid.`)
  const { ipConfigurations: _, provisioningState: __, ...properties } = wish.properties
  const delegations = properties.delegations?.map((each) => ({ ...each, id: `${network}/subnets/${wish.name}/delegations/${each.name ?? ''}`, type: `${networkType}/subnets/delegations` }))
  const made = { ...properties, addressPrefix: prefix, ...(delegations ? { delegations } : {}) }
  const same = old && JSON.stringify(old.properties) === JSON.stringify(made)
  return { id: old?.id ?? `${network}/subnets/${wish.name}`, name: old?.name ?? wish.name, etag: same ? old.etag : randomUUID(), properties: made }
}

/** A newly named group must exist, and the caller may join it. */
async function mustJoin(deps: NetworkDeps, put: Pick<Put, 'tx' | 'name' | 'caller'>, subnet: StoredSubnet, old: StoredNetwork | null): Promise<void> {
  const group = subnet.properties.networkSecurityGroup?.id
  const before = old?.subnets.find((each) => each.id === subnet.id)?.properties.networkSecurityGroup?.id
  if (!group || (before && keyOf(before) === keyOf(group))) return
  await deps.linked.must(put.tx, put.caller, `${networkType}/write`, put.name.id, 'Microsoft.Network/networkSecurityGroups/join/action', group)
  const found = await put.tx.selectFrom('resources').select('key').where('key', '=', keyOf(group)).where('type', '=', groupType).where('state', '<>', 'Deleting').forShare().executeTakeFirst()
  if (!found) throw bad('InvalidResourceReference', `Resource ${group} referenced by resource ${subnet.id} was not found. Please make sure that the referenced resource exists, and that both resources are in the same region.`)
}

/** What is in use stays as it is: its subnet, and the prefix its addresses are from. */
function mustKeep(card: Card, subnets: readonly StoredSubnet[], old: StoredNetwork | null): void {
  const subnet = subnets.find((each) => keyOf(each.id) === keyOf(subnetIdOf(card.nic)))
  if (!subnet) throw inUse(subnetIdOf(card.nic), card)
  const before = old?.subnets.find((each) => each.id === subnet.id)
  if (before && before.properties.addressPrefix !== subnet.properties.addressPrefix) {
    throw conflict('InUsePrefixCannotBeDeleted', `IpPrefix ${before.properties.addressPrefix} on Subnet ${subnet.name} has active allocations and cannot be deleted.`)
  }
  mustBeOneGroup(card.nic.networkSecurityGroup?.id, subnet.properties.networkSecurityGroup?.id)
}

export const inUse = (subnet: string, card: Card) => conflict('InUseSubnetCannotBeDeleted',
  `Subnet ${subnet.split('/').at(-1) ?? ''} is in use by ${card.nic.ipConfigurations[0]?.id ?? card.row.id} and cannot be deleted. In order to delete the subnet, delete all the resources within the subnet. See aka.ms/deletesubnet.`)

const groupBefore = (network: Pick<StoredNetwork, 'subnets'> | null, card: Card): string =>
  keyOf(network?.subnets.find((each) => keyOf(each.id) === keyOf(subnetIdOf(card.nic)))?.properties.networkSecurityGroup?.id ?? '')

async function viewNetwork(deps: NetworkDeps, row: ResourceRow): Promise<Bag> {
  const network = storedNetwork.parse(row.properties)
  const cards = network.subnets.length ? await cardsIn(deps.db, row.id) : []
  return { virtualNetworkPeerings: [], enableDdosProtection: false, ...network, subnets: network.subnets.map((subnet) => viewSubnet(subnet, cards)) }
}

/** A subnet with the cards that use it. */
export function viewSubnet(subnet: StoredSubnet, cards: readonly Card[]): Bag {
  const used = cards.filter((card) => keyOf(subnetIdOf(card.nic)) === keyOf(subnet.id)).map((card) => ({ id: card.nic.ipConfigurations[0]?.id }))
  return {
    name: subnet.name, id: subnet.id, etag: quoted(subnet.etag), type: `${networkType}/subnets`,
    properties: { provisioningState: 'Succeeded', delegations: [], privateEndpointNetworkPolicies: 'Disabled', privateLinkServiceNetworkPolicies: 'Enabled', ...subnet.properties, ...(used.length ? { ipConfigurations: used } : {}) },
  }
}
