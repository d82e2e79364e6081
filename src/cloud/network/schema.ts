import { z } from 'zod'

const reference = z.looseObject({ id: z.string() })

/** The parts of Microsoft.Network bodies that have an effect; everything else is kept and shown again. Source: virtualNetwork.json, networkInterface.json. */
export const subnetProperties = z.looseObject({
  addressPrefix: z.string().optional(),
  addressPrefixes: z.array(z.string()).optional(),
  networkSecurityGroup: reference.nullish(),
  natGateway: reference.nullish(),
  routeTable: reference.nullish(),
  delegations: z.array(z.looseObject({ name: z.string().optional(), properties: z.looseObject({ serviceName: z.string() }).optional() })).optional(),
})
export const subnetBody = z.looseObject({ name: z.string().min(1).max(80).optional(), properties: subnetProperties })
export const storedSubnet = z.looseObject({ id: z.string(), name: z.string(), etag: z.string(), properties: subnetProperties.extend({ addressPrefix: z.string() }) })
export type StoredSubnet = z.infer<typeof storedSubnet>

export const networkBody = z.looseObject({ addressSpace: z.looseObject({ addressPrefixes: z.array(z.string()).min(1) }), subnets: z.array(subnetBody.extend({ name: z.string().min(1).max(80) })).nullish() })
export const storedNetwork = z.looseObject({ addressSpace: z.looseObject({ addressPrefixes: z.array(z.string()) }), subnets: z.array(storedSubnet), resourceGuid: z.string() })
export type StoredNetwork = z.infer<typeof storedNetwork>

const direction = z.enum(['Inbound', 'Outbound'])
const access = z.enum(['Allow', 'Deny'])
const prefixes = { sourceAddressPrefix: z.string().nullish(), sourceAddressPrefixes: z.array(z.string()).nullish(), destinationAddressPrefix: z.string().nullish(), destinationAddressPrefixes: z.array(z.string()).nullish() }
const ports = { sourcePortRange: z.string().nullish(), sourcePortRanges: z.array(z.string()).nullish(), destinationPortRange: z.string().nullish(), destinationPortRanges: z.array(z.string()).nullish() }
const cased = <T extends string>(...values: T[]) => z.string().transform((text, context): T => {
  const found = values.find((value) => value.toLowerCase() === text.toLowerCase())
  if (found === undefined) context.addIssue({ code: 'custom', message: `must be one of ${values.join(', ')}` })
  return found ?? values[0] ?? z.NEVER
})
export const ruleProperties = z.looseObject({
  protocol: cased('Tcp', 'Udp', 'Icmp', 'Esp', 'Ah', '*'), access: cased(...access.options), direction: cased(...direction.options), priority: z.number().int(), ...prefixes, ...ports,
})
export type RuleProperties = z.infer<typeof ruleProperties>
export const ruleBody = z.looseObject({ name: z.string().min(1).max(80).optional(), properties: ruleProperties })
export const storedRule = z.looseObject({ id: z.string(), name: z.string(), etag: z.string(), properties: ruleProperties })
export type StoredRule = z.infer<typeof storedRule>
export const groupBody = z.looseObject({ securityRules: z.array(ruleBody.extend({ name: z.string().min(1).max(80) })).nullish() })
export const storedGroup = z.looseObject({ securityRules: z.array(storedRule), resourceGuid: z.string() })

export const ipConfigurationBody = z.looseObject({
  name: z.string().min(1),
  properties: z.looseObject({
    subnet: reference, privateIPAddress: z.string().nullish(), privateIPAllocationMethod: cased('Dynamic', 'Static').optional(), primary: z.boolean().nullish(), publicIPAddress: reference.nullish(),
  }),
})
export const cardBody = z.looseObject({ ipConfigurations: z.array(ipConfigurationBody).min(1), networkSecurityGroup: reference.nullish() })
export const storedCard = z.looseObject({
  ipConfigurations: z.array(z.looseObject({ id: z.string(), name: z.string(), properties: z.looseObject({ subnet: reference, privateIPAddress: z.string(), privateIPAllocationMethod: z.string() }) })).min(1),
  networkSecurityGroup: reference.nullish(), virtualMachine: reference.nullish(), resourceGuid: z.string(), macAddress: z.string(),
})
export type StoredCard = z.infer<typeof storedCard>
