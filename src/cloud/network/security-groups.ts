import { randomUUID } from 'node:crypto'
import type { Kysely } from 'kysely'
import { versions } from '../resource-manager/api-versions.ts'
import { keyOf } from '../resource-manager/id.ts'
import { conflict } from '../resource-manager/problems.ts'
import { read } from '../resource-manager/read-body.ts'
import { quoted } from '../resource-manager/render.ts'
import type { ResourceType } from '../resource-manager/resource-type.ts'
import type { Bag, ResourceRow, Tables } from '../store/tables.ts'
import { cardsNaming, groupType, networkType, sameText } from './cards.ts'
import { defaultRules } from './default-rules.ts'
import type { Enforcement } from './enforcement.ts'
import { mustBeValid, type NamedRule } from './rules.ts'
import { groupBody, storedGroup, storedNetwork, type StoredRule } from './schema.ts'

export type GroupDeps = { db: Kysely<Tables>; enforcement: Enforcement }

/** `Microsoft.Network/networkSecurityGroups`. A change is done when the hosts behind it enforce it. */
export const securityGroups = (deps: GroupDeps): ResourceType => ({
  type: groupType, versions: versions.network, rank: 70, created: 201, etags: true,
  async put({ tx, properties, existing, name }) {
    const body = read(groupBody, properties)
    const old = existing ? storedGroup.parse(existing.properties) : null
    const { defaultSecurityRules: _, networkInterfaces: __, subnets: ___, provisioningState: ____, brickyardEnforcement: _____, ...rest } = body
    const rules = body.securityRules ? body.securityRules.map((rule) => ruleOfWish(existing?.id ?? name.id, rule, old?.securityRules)) : (old?.securityRules ?? [])
    mustBeValid(rules)
    const behind = existing ? await deps.enforcement.cardsBehind(tx, existing.id) : []
    return { properties: { ...rest, securityRules: rules, resourceGuid: old?.resourceGuid ?? randomUUID() }, job: behind.length > 0 }
  },
  async mayRemove({ tx, row, forced }) {
    if (forced) return // the group of resources goes as a whole; what named it is gone before
    const used = await usersOf(tx, row.id)
    if (used.length) throw conflict('InUseNetworkSecurityGroupCannotBeDeleted', `Network security group ${row.id} cannot be deleted because it is in use by the following resources: ${used.join(', ')}. In order to delete the Network security group, remove the association with the resource(s).`)
  },
  async make(row, signal) {
    await deps.enforcement.apply(await deps.enforcement.cardsBehind(deps.db, row.id), signal)
  },
  view: (row) => viewGroup(deps, row),
})

export function ruleOfWish(group: string, wish: NamedRule, old: readonly StoredRule[] | undefined): StoredRule {
  const before = old?.find((each) => sameText(each.name, wish.name))
  const { provisioningState: _, ...properties } = wish.properties
  const same = before && JSON.stringify(before.properties) === JSON.stringify(properties)
  return { id: before?.id ?? `${group}/securityRules/${wish.name}`, name: before?.name ?? wish.name, etag: same ? before.etag : randomUUID(), properties }
}

export const viewRule = (rule: StoredRule): Bag => ({
  name: rule.name, id: rule.id, etag: quoted(rule.etag), type: `${groupType}/securityRules`,
  properties: { provisioningState: 'Succeeded', sourcePortRanges: [], destinationPortRanges: [], sourceAddressPrefixes: [], destinationAddressPrefixes: [], ...rule.properties },
})

const usersOf = async (db: Kysely<Tables>, id: string): Promise<string[]> => [...(await cardsNaming(db, id)).map((card) => card.row.id), ...(await subnetsNaming(db, id))]

async function subnetsNaming(db: Kysely<Tables>, id: string): Promise<string[]> {
  const rows = await db.selectFrom('resources').select('properties').where('type', '=', networkType).execute()
  return rows.flatMap((row) => storedNetwork.parse(row.properties).subnets).filter((subnet) => keyOf(subnet.properties.networkSecurityGroup?.id ?? '') === keyOf(id)).map((subnet) => subnet.id)
}

async function viewGroup(deps: GroupDeps, row: ResourceRow): Promise<Bag> {
  const group = storedGroup.parse(row.properties)
  const [cards, subnets] = await Promise.all([cardsNaming(deps.db, row.id), subnetsNaming(deps.db, row.id)])
  return {
    ...group, securityRules: group.securityRules.map(viewRule),
    defaultSecurityRules: defaultRules.map((rule) => ({
      id: `${row.id}/defaultSecurityRules/${rule.name}`, name: rule.name, etag: quoted(row.etag), type: `${groupType}/defaultSecurityRules`, properties: { provisioningState: 'Succeeded', ...rule.properties },
    })),
    ...(cards.length ? { networkInterfaces: cards.map((card) => ({ id: card.row.id })) } : {}),
    ...(subnets.length ? { subnets: subnets.map((id) => ({ id })) } : {}),
    // Ours: whether the rules are real on this machine. Azure's clients ignore fields they do not know.
    brickyardEnforcement: deps.enforcement.said,
  }
}
