import { versions } from '../resource-manager/api-versions.ts'
import type { Core } from '../resource-manager/core.ts'
import type { Call, Operation } from '../resource-manager/operation.ts'
import { found } from '../resource-manager/resource-operations.ts'
import { inTransaction } from '../store/transaction.ts'
import type { Bag, ResourceRow } from '../store/tables.ts'
import { cardType } from './cards.ts'
import type { Enforcement } from './enforcement.ts'
import { storedCard } from './schema.ts'

/** What really stands before a card: its own or its subnet's group with the default rules, as given to the host. */
export function effectiveOperations(core: Core, enforcement: Enforcement): Operation[] {
  const one = '/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers/Microsoft.Network/networkInterfaces/{name}'
  async function effective(row: ResourceRow): Promise<Bag> {
    const nic = storedCard.parse(row.properties)
    const group = await enforcement.groupOf({ row, nic })
    if (group === null) return { value: [] }
    const rules = await enforcement.rulesOf(group)
    return {
      value: [{
        networkSecurityGroup: { id: group },
        association: nic.networkSecurityGroup ? { networkInterface: { id: row.id } } : { subnet: { id: nic.ipConfigurations[0]?.properties.subnet.id } },
        brickyardEnforcement: enforcement.said,
        effectiveSecurityRules: rules.map((rule) => ({
          name: rule.priority >= 65_000 ? `defaultSecurityRules/${rule.name}` : `securityRules/${rule.name}`, protocol: rule.protocol === '*' ? 'All' : rule.protocol, priority: rule.priority, access: rule.access, direction: rule.direction,
          sourceAddressPrefix: rule.source[0], sourceAddressPrefixes: rule.source, destinationAddressPrefix: rule.destination[0], destinationAddressPrefixes: rule.destination,
          sourcePortRange: range(rule.sourcePorts[0]), sourcePortRanges: rule.sourcePorts.map(range), destinationPortRange: range(rule.destinationPorts[0]), destinationPortRanges: rule.destinationPorts.map(range),
        })),
      }],
    }
  }
  return [{
    method: 'POST', path: `${one}/effectiveNetworkSecurityGroups`, versions: versions.network, needs: `${cardType}/effectiveNetworkSecurityGroups/action`,
    async handle(call: Call) {
      const row = await found(core, { type: cardType }, { path: call.path.split('/').slice(0, -1).join('/') })
      const result = await effective(row)
      const id = await inTransaction(core.db, async (tx) => {
        const operation = await core.operations.start(tx, { namespace: 'Microsoft.Network', key: row.key, verb: 'action', caller: call.caller.oid })
        await core.operations.end(tx, row.key, { status: 'Succeeded', result }, { verb: 'action' })
        return operation
      })
      return { status: 202, headers: core.operations.headers({ subscription: core.subscriptionId, namespace: 'Microsoft.Network', location: row.location, id, apiVersion: call.apiVersion }, 'location'), operationId: id }
    },
  }]
}
const range = (port: string | undefined): string => (port === undefined || port === '*' ? '0-65535' : port.includes('-') ? port : `${port}-${port}`)
