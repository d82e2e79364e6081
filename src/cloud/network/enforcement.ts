import type { Kysely } from 'kysely'
import type { FirewallRule, HostProvider, NetworkSpec } from '../hosts/provider.ts'
import { keyOf } from '../resource-manager/id.ts'
import { notBuilt } from '../resource-manager/problems.ts'
import type { ResourceRow, Tables } from '../store/tables.ts'
import { cardsIn, cardsNaming, groupType, networkType, sameText, subnetIdOf, subnetOf, type Card } from './cards.ts'
import { defaultRules } from './default-rules.ts'
import { firewallRule } from './rules.ts'
import { storedGroup, storedNetwork, type StoredNetwork, type StoredSubnet } from './schema.ts'

/** From resources to what hosts enforce. */
export function openEnforcement(db: Kysely<Tables>, hosts: Pick<HostProvider, 'setRules' | 'enforcesRules'>) {
  /** Where a card sits: its network's row and the subnet in it. Locked when asked within a transaction that takes an address. */
  async function placeOf(within: Kysely<Tables>, subnetId: string): Promise<{ row: ResourceRow; network: StoredNetwork; subnet: StoredSubnet } | null> {
    const at = subnetOf(subnetId)
    if (!at) return null
    const row = await within.selectFrom('resources').selectAll().where('key', '=', keyOf(at.network)).where('type', '=', networkType).executeTakeFirst()
    if (!row) return null
    const network = storedNetwork.parse(row.properties)
    const subnet = network.subnets.find((each) => sameText(each.name, at.subnet))
    return subnet ? { row, network, subnet } : null
  }

  /** The group in force for a card: its own or its subnet's. */
  async function groupOf(card: Card): Promise<string | null> {
    const place = await placeOf(db, subnetIdOf(card.nic))
    return card.nic.networkSecurityGroup?.id ?? place?.subnet.properties.networkSecurityGroup?.id ?? null
  }

  /** A group's own and default rules; no group means that everything passes. */
  async function rulesOf(group: string | null): Promise<FirewallRule[]> {
    if (group === null) return []
    const row = await db.selectFrom('resources').select('properties').where('key', '=', keyOf(group)).where('type', '=', groupType).executeTakeFirst()
    const own = row ? storedGroup.parse(row.properties).securityRules : []
    return [...own, ...defaultRules].flatMap(firewallRule).toSorted((a, b) => a.priority - b.priority)
  }

  const apply = async (cards: readonly Card[], signal: AbortSignal): Promise<void> => {
    for (const card of cards) await hosts.setRules(card.nic.resourceGuid, await rulesOf(await groupOf(card)), signal)
  }

  return {
    /** What the portal and clients are told about a group's rules. */
    said: hosts.enforcesRules ? 'nftables' : 'recorded, not enforced',
    placeOf,
    groupOf,
    rulesOf,
    rulesFor: async (card: Card) => rulesOf(await groupOf(card)),
    apply,
    applyInNetwork: async (network: string, signal: AbortSignal) => apply(await cardsIn(db, network), signal),
    /** All cards that a group stands before: those that name it and those in subnets that do. */
    async cardsBehind(within: Kysely<Tables>, group: string): Promise<Card[]> {
      const rows = await within.selectFrom('resources').selectAll().where('type', '=', networkType).execute()
      const subnets = rows.flatMap((row) => storedNetwork.parse(row.properties).subnets).filter((subnet) => keyOf(subnet.properties.networkSecurityGroup?.id ?? '') === keyOf(group))
      const inSubnets = await Promise.all(subnets.map((subnet) => cardsIn(within, subnet.id)))
      return [...(await cardsNaming(within, group)), ...inSubnets.flat()]
    },
  }
}
export type Enforcement = ReturnType<typeof openEnforcement>

export const networkSpec = (network: StoredNetwork): NetworkSpec => ({
  id: network.resourceGuid, prefixes: network.addressSpace.addressPrefixes, subnets: network.subnets.map(({ name, properties }) => ({ name, prefix: properties.addressPrefix })),
})

/** Azure lets a packet pass two groups in turn; a machine here stands behind one list of rules. */
export function mustBeOneGroup(card: string | null | undefined, subnet: string | null | undefined): void {
  if (card && subnet && keyOf(card) !== keyOf(subnet)) throw notBuilt('A network interface with a security group of its own in a subnet with another one')
}
