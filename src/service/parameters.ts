import { Problem } from '#base/problem.ts'

/** Custom parameters of a workspace, each `{ type, value }`. Source: `WorkspaceCustomParameters` of Microsoft.Databricks 2026-01-01. */
export type Parameter = { type?: string | undefined; value: unknown }
export type Parameters = Record<string, Parameter>

type Rule = { type: 'Bool' | 'String' | 'Object'; /** Says what is wrong with a value, or nothing. */ check?: (value: unknown) => string | undefined; unsupported?: string }

const ownNetwork = 'Workspaces in a virtual network of your own are not supported yet'
const ownKeys = 'Encryption with keys of your own is not supported yet'
const loadBalancer = 'Load balancers are not supported yet'
const matches = (pattern: RegExp, expected: string) => (value: unknown) => typeof value === 'string' && pattern.test(value) ? undefined : `expected ${expected}`
const onlyTrue = (value: unknown) => value === false ? 'machines have no public addresses here; leave it out or set it to true' : undefined
const onlyFalse = (reason: string) => (value: unknown) => value === true ? reason : undefined

const rules: Record<string, Rule> = {
  enableNoPublicIp: { type: 'Bool', check: onlyTrue },
  storageAccountName: { type: 'String', check: matches(/^[a-z0-9]{3,24}$/, '3 to 24 lower-case letters and digits') },
  storageAccountSkuName: { type: 'String', check: matches(/^(Standard|Premium)_(LRS|GRS|RAGRS|ZRS|GZRS|RAGZRS)$/, 'a storage sku such as Standard_GRS or Standard_ZRS') },
  vnetAddressPrefix: { type: 'String', check: vnetPrefix },
  natGatewayName: { type: 'String' },
  publicIpName: { type: 'String' },
  prepareEncryption: { type: 'Bool', check: onlyFalse(ownKeys) },
  requireInfrastructureEncryption: { type: 'Bool', check: onlyFalse('double encryption is not supported yet') },
  encryption: { type: 'Object', unsupported: ownKeys },
  amlWorkspaceId: { type: 'String', unsupported: 'Linked Machine Learning workspaces are not supported yet' },
  customVirtualNetworkId: { type: 'String', unsupported: ownNetwork },
  customPublicSubnetName: { type: 'String', unsupported: ownNetwork },
  customPrivateSubnetName: { type: 'String', unsupported: ownNetwork },
  loadBalancerBackendPoolName: { type: 'String', unsupported: loadBalancer },
  loadBalancerId: { type: 'String', unsupported: loadBalancer },
}

/** Checks parameters by name, type and value; the answer carries the type of each, as Azure's does. */
export function checkParameters(given: Parameters): Parameters {
  const entries = Object.entries(given).filter(([name]) => name !== 'resourceTags') // read-only: clients send back what they got
  return Object.fromEntries(entries.map(([name, parameter]) => [name, checked(name, parameter)]))
}

function checked(name: string, parameter: Parameter): Parameter {
  const rule = rules[name]
  const field = `properties.parameters.${name}`
  if (!rule) throw invalid(field, `The parameter '${name}' is not one of a Databricks workspace.`)
  if (rule.unsupported) throw new Problem('not_implemented', `${rule.unsupported} (${field}).`, { extra: { field } })
  const value = rule.type === 'Bool' && typeof parameter.value === 'string' ? parameter.value.toLowerCase() === 'true' : parameter.value
  const isType = rule.type === 'Bool' ? typeof value === 'boolean' : typeof value === 'string'
  if (!isType) throw invalid(field, `The value of parameter '${name}' must be of type ${rule.type}.`)
  if (parameter.type && parameter.type.toLowerCase() !== rule.type.toLowerCase()) throw invalid(field, `The type of parameter '${name}' is ${rule.type}, not ${parameter.type}.`)
  const wrong = rule.check?.(value)
  if (wrong) throw invalid(field, `The value of parameter '${name}' is not valid: ${wrong}.`)
  return { type: rule.type, value }
}

/** Two octets of a private range (RFC 1918): `10.139` means 10.139.0.0/16. */
function vnetPrefix(value: unknown): string | undefined {
  const [a = 0, b = -1] = /^\d{1,3}\.\d{1,3}$/.test(String(value)) ? String(value).split('.').map(Number) : []
  const isPrivate = (a === 10 && b >= 0 && b < 256) || (a === 172 && b >= 16 && b < 32) || (a === 192 && b === 168)
  return isPrivate ? undefined : 'expected the first two octets of a private /16 network, such as 10.139'
}

const invalid = (field: string, message: string) => new Problem('invalid', message, { extra: { field, wireCode: 'InvalidParameterValue' } })

/** Every parameter of a workspace, given or by default. */
export function withDefaults(given: Parameters, defaults: { storageAccountName: string }): Parameters {
  return {
    enableNoPublicIp: { type: 'Bool', value: true },
    natGatewayName: { type: 'String', value: 'nat-gateway' },
    prepareEncryption: { type: 'Bool', value: false },
    publicIpName: { type: 'String', value: 'nat-gw-public-ip' },
    requireInfrastructureEncryption: { type: 'Bool', value: false },
    storageAccountName: { type: 'String', value: defaults.storageAccountName },
    storageAccountSkuName: { type: 'String', value: 'Standard_GRS' },
    vnetAddressPrefix: { type: 'String', value: '10.139' },
    ...given,
  }
}

export function textOf(parameters: Parameters, name: string): string {
  const value = parameters[name]?.value
  return typeof value === 'string' ? value : ''
}
