import type { FirewallRule } from '../hosts/provider.ts'
import { bad } from '../resource-manager/problems.ts'
import { parseCidr } from './cidr.ts'
import type { RuleProperties, StoredRule } from './schema.ts'

/** Service tags that Azure knows and clusters' rules use; a region may follow (`Sql.WestEurope`). Hosts give each its meaning here. */
const tagNames = new Set(['virtualnetwork', 'azureloadbalancer', 'internet', 'azuredatabricks', 'storage', 'sql', 'eventhub', 'azureactivedirectory', 'azurecloud', 'azureresourcemanager',
  'azuremonitor', 'azurekeyvault', 'azurecontainerregistry', 'azurefrontdoor', 'microsoftcontainerregistry', 'gatewaymanager', 'azurecosmosdb', 'servicebus', 'appservice', 'azureplatformdns', 'azureplatformimds'])
const isTag = (text: string) => tagNames.has(text.split('.')[0]?.toLowerCase() ?? '')

export type NamedRule = { name: string; properties: RuleProperties }

/** Checks a group's own rules as Azure does: priorities 100–4096, once per direction; prefixes, tags and ports that mean something. */
export function mustBeValid(rules: readonly NamedRule[]): void {
  const seen = new Map<string, string>()
  const names = new Set<string>()
  for (const { name, properties: rule } of rules) {
    if (!/^[A-Za-z0-9_]([\w.-]{0,78}\w)?$/.test(name)) throw bad('InvalidResourceName', `Resource name ${name} is invalid. The name must begin with a letter, a number or '_' and may hold letters, numbers, '_', '.' and '-'.`)
    if (names.has(name.toLowerCase())) throw bad('DuplicateResourceName', `The resource name '${name}' is used more than once in securityRules.`)
    names.add(name.toLowerCase())
    if (rule.priority < 100 || rule.priority > 4096) throw bad('SecurityRuleInvalidPriority', `Security rule has invalid Priority. Value provided: ${rule.priority} Allowed range 100-4096.`, `securityRules/${name}`)
    const place = `${rule.direction}/${rule.priority}`
    const other = seen.get(place)
    if (other !== undefined) throw bad('SecurityRuleConflict', `Security rule ${name} conflicts with rule ${other}. Rules cannot have the same Priority and Direction.`)
    seen.set(place, name)
    for (const side of ['source', 'destination'] as const) {
      for (const prefix of listOf(rule[`${side}AddressPrefix`], rule[`${side}AddressPrefixes`], name, `${side}AddressPrefix`)) {
        if (prefix !== '*' && !isTag(prefix) && !parseCidr(prefix) && !prefix.includes(':')) throw bad('SecurityRuleInvalidAddressPrefix', `Security rule parameter ${capital(side)}AddressPrefix for rule with Id ${name} cannot be specified. Value provided: ${prefix}.`)
      }
      for (const port of listOf(rule[`${side}PortRange`], rule[`${side}PortRanges`], name, `${side}PortRange`)) {
        if (!validPort(port)) throw bad('SecurityRuleInvalidPortRange', `Security rule has invalid Port range. Value provided: ${port}. Value should be an integer OR integer range with '-' delimiter. Valid range 0-65535.`)
      }
    }
  }
}

/** Azure takes one or many, never none and never both. */
function listOf(one: string | null | undefined, many: readonly string[] | null | undefined, rule: string, field: string): readonly string[] {
  if (one !== undefined && one !== null && one !== '') {
    if (many?.length) throw bad('SecurityRuleParameterContainsMultipleValues', `Security rule ${rule} names both ${field} and ${field}s. Only one may be used.`)
    return [one]
  }
  if (many?.length) return many
  throw bad('SecurityRuleParameterMissing', `Required security rule parameters are missing for security rule with Id: ${rule}. Security rule must specify ${capital(field)}.`)
}
const capital = (text: string) => text.slice(0, 1).toUpperCase() + text.slice(1)

function validPort(text: string): boolean {
  if (text === '*') return true
  const [from, to = from, more] = text.split('-').map(Number)
  return more === undefined && [from, to].every((port) => port !== undefined && Number.isInteger(port) && port >= 0 && port <= 65535) && (from ?? 1) <= (to ?? 0)
}

/** A rule for the hosts. Esp and Ah have no ports and do not occur between our machines: they are recorded only. */
export function firewallRule({ name, properties: rule }: Pick<StoredRule, 'name' | 'properties'>): FirewallRule[] {
  if (rule.protocol === 'Esp' || rule.protocol === 'Ah') return []
  return [{
    name, priority: rule.priority, direction: rule.direction, access: rule.access, protocol: rule.protocol,
    source: listed(rule.sourceAddressPrefix, rule.sourceAddressPrefixes), sourcePorts: listed(rule.sourcePortRange, rule.sourcePortRanges),
    destination: listed(rule.destinationAddressPrefix, rule.destinationAddressPrefixes), destinationPorts: listed(rule.destinationPortRange, rule.destinationPortRanges),
  }]
}
const listed = (one: string | null | undefined, many: readonly string[] | null | undefined): string[] => (one ? [one] : [...(many ?? [])])
