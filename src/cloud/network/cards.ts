import { sql, type Kysely } from 'kysely'
import type { ResourceRow, Tables } from '../store/tables.ts'
import { below, keyOf } from '../resource-manager/id.ts'
import { storedCard, type StoredCard } from './schema.ts'

export const cardType = 'Microsoft.Network/networkInterfaces'
export const networkType = 'Microsoft.Network/virtualNetworks'
export const groupType = 'Microsoft.Network/networkSecurityGroups'

export type Card = { row: ResourceRow; nic: StoredCard }
const subnetKey = sql<string>`lower(properties #>> '{ipConfigurations,0,properties,subnet,id}')`
const groupKey = sql<string>`lower(properties #>> '{networkSecurityGroup,id}')`
const asCard = (row: ResourceRow): Card => ({ row, nic: storedCard.parse(row.properties) })

/** Cards in a subnet, or in any subnet of a network: `at` is the id of either. */
export async function cardsIn(db: Kysely<Tables>, at: string): Promise<Card[]> {
  const key = keyOf(at)
  const rows = await db.selectFrom('resources').selectAll().where('type', '=', cardType).where((where) => where.or([
    where(subnetKey, '=', key), where(subnetKey, 'like', below(`${key}/subnets`)),
  ])).orderBy('key').execute()
  return rows.map(asCard)
}

/** Cards that name a security group themselves. */
export async function cardsNaming(db: Kysely<Tables>, group: string): Promise<Card[]> {
  return (await db.selectFrom('resources').selectAll().where('type', '=', cardType).where(groupKey, '=', keyOf(group)).orderBy('key').execute()).map(asCard)
}

export async function findCard(db: Kysely<Tables>, id: string): Promise<Card | null> {
  const row = await db.selectFrom('resources').selectAll().where('key', '=', keyOf(id)).where('type', '=', cardType).executeTakeFirst()
  return row ? asCard(row) : null
}

/** `…/virtualNetworks/v/subnets/s` → the network's id and the subnet's name. */
export function subnetOf(id: string): { network: string; subnet: string } | null {
  const found = /^(\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/Microsoft\.Network\/virtualNetworks\/[^/]+)\/subnets\/([^/]+)\/?$/i.exec(id)
  return found?.[1] && found[2] ? { network: found[1], subnet: found[2] } : null
}
export const addressOf = (nic: StoredCard): string => nic.ipConfigurations[0]?.properties.privateIPAddress ?? ''
export const subnetIdOf = (nic: StoredCard): string => nic.ipConfigurations[0]?.properties.subnet.id ?? ''
export const sameText = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase()
