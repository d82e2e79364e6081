/**
 * Rules of `workers-sg`. Names, ports and priorities are those that Azure Databricks writes for secure cluster
 * connectivity (learn.microsoft.com, "Deploy Azure Databricks in your VNet", network security group rules).
 */
const prefix = 'Microsoft.Databricks-workspaces_UseOnly_databricks-'

type Rule = { name: string; direction: 'Inbound' | 'Outbound'; priority: number; protocol: 'Tcp' | '*'; to: string; ports: readonly string[]; why: string }

const rules: readonly Rule[] = [
  { name: 'worker-to-worker-inbound', direction: 'Inbound', priority: 100, protocol: '*', to: 'VirtualNetwork', ports: ['*'], why: 'Required for worker nodes communication within a cluster.' },
  { name: 'worker-to-databricks-webapp', direction: 'Outbound', priority: 100, protocol: 'Tcp', to: 'AzureDatabricks', ports: ['443', '3306', '8443-8451'], why: 'Required for workers communication with Databricks control plane.' },
  { name: 'worker-to-sql', direction: 'Outbound', priority: 101, protocol: 'Tcp', to: 'Sql', ports: ['3306'], why: 'Required for workers communication with Azure SQL services.' },
  { name: 'worker-to-storage', direction: 'Outbound', priority: 102, protocol: 'Tcp', to: 'Storage', ports: ['443'], why: 'Required for workers communication with Azure Storage services.' },
  { name: 'worker-to-worker-outbound', direction: 'Outbound', priority: 103, protocol: '*', to: 'VirtualNetwork', ports: ['*'], why: 'Required for worker nodes communication within a cluster.' },
  { name: 'worker-to-eventhub', direction: 'Outbound', priority: 104, protocol: 'Tcp', to: 'EventHub', ports: ['9093'], why: 'Required for worker communication with Azure Eventhub services.' },
]

export type Required = 'AllRules' | 'NoAzureDatabricksRules' | 'NoAzureServiceRules'

/** `requiredNsgRules` leaves out the rules to Databricks, or those to Azure services too. */
export function workerRules(required: Required) {
  const left: readonly string[] = required === 'AllRules' ? [] : required === 'NoAzureDatabricksRules' ? ['AzureDatabricks'] : ['AzureDatabricks', 'Sql', 'Storage', 'EventHub']
  return rules.filter((rule) => !left.includes(rule.to)).map((rule) => ({
    name: `${prefix}${rule.name}`,
    description: rule.why,
    protocol: rule.protocol,
    sourcePortRange: '*',
    ...(rule.ports.length === 1 ? { destinationPortRange: rule.ports[0] ?? '*' } : { destinationPortRanges: [...rule.ports] }),
    sourceAddressPrefix: 'VirtualNetwork',
    destinationAddressPrefix: rule.to,
    access: 'Allow',
    priority: rule.priority,
    direction: rule.direction,
  }))
}
