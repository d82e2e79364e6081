import type { RuleProperties } from './schema.ts'

type Default = { name: string; properties: RuleProperties & { description: string } }
const rule = (name: string, description: string, direction: 'Inbound' | 'Outbound', access: 'Allow' | 'Deny', priority: number, source: string, destination: string): Default => ({
  name, properties: {
    description, protocol: '*', sourcePortRange: '*', destinationPortRange: '*', sourceAddressPrefix: source, destinationAddressPrefix: destination, access, priority, direction,
    sourcePortRanges: [], destinationPortRanges: [], sourceAddressPrefixes: [], destinationAddressPrefixes: [],
  },
})

/** The six rules of every group. Source: "Network security groups", default security rules. */
export const defaultRules: readonly Default[] = [
  rule('AllowVnetInBound', 'Allow inbound traffic from all VMs in VNET', 'Inbound', 'Allow', 65000, 'VirtualNetwork', 'VirtualNetwork'),
  rule('AllowAzureLoadBalancerInBound', 'Allow inbound traffic from azure load balancer', 'Inbound', 'Allow', 65001, 'AzureLoadBalancer', '*'),
  rule('DenyAllInBound', 'Deny all inbound traffic', 'Inbound', 'Deny', 65500, '*', '*'),
  rule('AllowVnetOutBound', 'Allow outbound traffic from all VMs to all VMs in VNET', 'Outbound', 'Allow', 65000, 'VirtualNetwork', 'VirtualNetwork'),
  rule('AllowInternetOutBound', 'Allow outbound traffic from all VMs to Internet', 'Outbound', 'Allow', 65001, '*', 'Internet'),
  rule('DenyAllOutBound', 'Deny all outbound traffic', 'Outbound', 'Deny', 65500, '*', '*'),
]
