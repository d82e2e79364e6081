import { versions } from '../resource-manager/api-versions.ts'
import type { Core } from '../resource-manager/core.ts'
import { keyOf } from '../resource-manager/id.ts'
import { ok, param, type Call, type Operation, type Reply } from '../resource-manager/operation.ts'
import { changeParent } from '../resource-manager/parts.ts'
import { resourceNotFound } from '../resource-manager/problems.ts'
import { read } from '../resource-manager/read-body.ts'
import { quoted } from '../resource-manager/render.ts'
import { found } from '../resource-manager/resource-operations.ts'
import { groupType, sameText } from './cards.ts'
import { defaultRules } from './default-rules.ts'
import { mustBeValid } from './rules.ts'
import { ruleBody, storedGroup, type StoredRule } from './schema.ts'
import { ruleOfWish, viewRule, type GroupDeps } from './security-groups.ts'

const type = `${groupType}/securityRules`

/** `networkSecurityGroups/securityRules` and the read-only `defaultSecurityRules`. */
export function securityRuleOperations(core: Core, deps: GroupDeps): Operation[] {
  const base = '/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers/Microsoft.Network/networkSecurityGroups/{group}'
  const line = (method: Operation['method'], tail: string, verb: string, handle: Operation['handle']): Operation => ({ method, path: `${base}${tail}`, versions: versions.network, needs: `${type}/${verb}`, handle })
  const named = (rules: readonly StoredRule[], call: Call) => rules.find((each) => sameText(each.name, param(call, 'rule')))
  const missing = (call: Call) => resourceNotFound(type, `${param(call, 'group')}/${param(call, 'rule')}`, param(call, 'resourceGroupName'))
  const above = (call: Call) => ({ ...call, path: call.path.split('/').slice(0, -1).join('/') })
  const ofGroup = async (call: Call) => {
    const row = await found(core, { type: groupType }, call)
    return { row, rules: storedGroup.parse(row.properties).securityRules }
  }
  return [
    line('GET', '/securityRules', 'read', async (call) => ok({ value: (await ofGroup(above(call))).rules.map(viewRule) })),
    line('GET', '/securityRules/{rule}', 'read', async (call) => {
      const rule = named((await ofGroup(call)).rules, call)
      if (!rule) throw missing(call)
      return ok(viewRule(rule))
    }),
    line('PUT', '/securityRules/{rule}', 'write', async (call): Promise<Reply> => {
      const wish = read(ruleBody, call.body, '')
      const { result, reply } = await changeParent(core, groupType, call, async ({ tx, existing }) => {
        const group = storedGroup.parse(existing.properties)
        const before = named(group.securityRules, call)
        const rule = ruleOfWish(existing.id, { ...wish, name: param(call, 'rule') }, group.securityRules)
        const rules = before ? group.securityRules.map((each) => (each === before ? rule : each)) : [...group.securityRules, rule]
        mustBeValid(rules)
        const behind = await deps.enforcement.cardsBehind(tx, existing.id)
        return { properties: { ...group, securityRules: rules }, job: behind.length > 0, result: { rule, created: !before } }
      })
      return { status: result.created ? 201 : 200, body: viewRule(result.rule), ...reply }
    }),
    line('DELETE', '/securityRules/{rule}', 'delete', async (call): Promise<Reply> => {
      const { result, reply } = await changeParent(core, groupType, call, async ({ tx, existing }) => {
        const group = storedGroup.parse(existing.properties)
        const rule = named(group.securityRules, call)
        const behind = rule ? await deps.enforcement.cardsBehind(tx, existing.id) : []
        return { properties: { ...group, securityRules: group.securityRules.filter((each) => keyOf(each.id) !== keyOf(rule?.id ?? '')) }, job: behind.length > 0, result: rule !== undefined }
      }, 'delete')
      return result ? { status: 202, ...reply } : { status: 204 }
    }),
    { ...line('GET', '/defaultSecurityRules', 'read', async (call) => {
      const { row } = await ofGroup(above(call))
      return ok({ value: defaultRules.map((rule) => ({ id: `${row.id}/defaultSecurityRules/${rule.name}`, name: rule.name, etag: quoted(row.etag), properties: { provisioningState: 'Succeeded', ...rule.properties } })) })
    }), needs: `${groupType}/defaultSecurityRules/read` },
  ]
}
