import { z } from 'zod'
import { parsed } from '#base/http/mount.ts'
import { Problem } from '#base/problem.ts'
import { parseGroupId, sameId, workspaceResourceId, type Place } from './ids.ts'
import { checkParameters, type Parameters } from './parameters.ts'
import type { Sku } from './contract.ts'

/** What a PUT asks for, checked. */
export type Wish = { location: string; sku: Sku; tags: Record<string, string>; managedResourceGroupId: string; properties: Properties }
/** What the answer carries besides what we work out ourselves. */
export type Properties = z.infer<typeof Settings> & { parameters: Parameters }

const Settings = z.object({
  computeMode: z.literal('Hybrid').default('Hybrid'),
  publicNetworkAccess: z.enum(['Enabled']).default('Enabled'),
  requiredNsgRules: z.enum(['AllRules', 'NoAzureDatabricksRules', 'NoAzureServiceRules']).default('AllRules'),
  defaultCatalog: z.object({ initialType: z.enum(['HiveMetastore', 'UnityCatalog']).optional(), initialName: z.string().optional() }).optional(),
  uiDefinitionUri: z.string().optional(),
  authorizations: z.array(z.object({ principalId: z.string(), roleDefinitionId: z.string() })).default([]),
})
const Body = z.object({
  location: z.string().default(''),
  sku: z.object({ name: z.string(), tier: z.string().nullish() }).nullish(),
  tags: z.record(z.string(), z.string()).nullish(),
  properties: z.looseObject({
    managedResourceGroupId: z.string().optional(),
    parameters: z.record(z.string(), z.object({ type: z.string().nullish().transform((type) => type ?? undefined), value: z.unknown() }).nullish()).nullish(),
  }).nullish(),
})

const notYet: Record<string, string> = {
  accessConnector: 'Access connectors', encryption: 'Encryption with keys of your own', enhancedSecurityCompliance: 'Enhanced security and compliance', defaultStorageFirewall: 'The storage firewall',
}
const regionName = (location: string) => location.toLowerCase().replaceAll(' ', '')

/** Checks a PUT's body. `place` is what the path said. */
export function readWish(place: Place, body: unknown, locations: readonly string[]): Wish {
  if (!/^[A-Za-z0-9_-]{3,64}$/.test(place.name)) {
    throw bad('InvalidWorkspaceName', `The workspace name '${place.name}' is not valid: it must have 3 to 64 characters, and only letters, digits, '-' and '_'.`)
  }
  const given = parsed(Body, body, 'body')
  if (!given.location) throw bad('LocationRequired', 'The location property is required for this definition.')
  const location = regionName(given.location)
  if (!locations.includes(location)) {
    const listed = locations.join(',')
    throw bad('LocationNotAvailableForResourceType', `The provided location '${given.location}' is not available for resource type 'Microsoft.Databricks/workspaces'. List of available regions for the resource type is '${listed}'.`)
  }
  const properties = given.properties ?? {}
  refuseTheUnbuilt(properties)
  const parameters = Object.entries(properties.parameters ?? {}).flatMap(([name, parameter]) => (parameter ? [[name, parameter] as const] : []))
  return {
    location,
    sku: skuOf(given.sku?.name),
    tags: tagsOf(given.tags ?? {}),
    managedResourceGroupId: managedGroupOf(place, properties.managedResourceGroupId),
    properties: { ...parsed(Settings, properties, 'body'), parameters: checkParameters(Object.fromEntries(parameters)) },
  }
}

/** Properties of the API that this cloud cannot keep yet are refused by name: silence would be a lie. */
function refuseTheUnbuilt(properties: Record<string, unknown>): void {
  if (properties.computeMode === 'Serverless') throw new Problem('not_implemented', "Workspaces with computeMode 'Serverless' are not supported yet; use 'Hybrid'.", { extra: { field: 'properties.computeMode' } })
  if (properties.publicNetworkAccess === 'Disabled') throw new Problem('not_implemented', "publicNetworkAccess 'Disabled' is not supported yet.", { extra: { field: 'properties.publicNetworkAccess' } })
  for (const [name, what] of Object.entries(notYet)) {
    const value = properties[name]
    if (value === undefined || value === null || value === 'Disabled') continue
    throw new Problem('not_implemented', `${what} (properties.${name}) is not supported yet.`, { extra: { field: `properties.${name}` } })
  }
}

function skuOf(name: string | undefined): Sku {
  const sku = (name ?? 'standard').toLowerCase()
  if (sku === 'standard' || sku === 'premium' || sku === 'trial') return sku
  throw bad('InvalidSku', `The sku '${name}' is not valid for a Databricks workspace. Allowed values are 'standard', 'premium' and 'trial'.`)
}

/** Source: "Use tags to organize your Azure resources", limitations. */
export function tagsOf(tags: Record<string, string>): Record<string, string> {
  const entries = Object.entries(tags)
  if (entries.length > 50) throw bad('InvalidTagCount', `A resource can have 50 tags; ${entries.length} were given.`)
  for (const [name, value] of entries) {
    if (name.length > 512 || /[<>%&\\?/]/.test(name)) throw bad('InvalidTagNameCharacters', `The tag name '${name}' is too long or has one of the characters <>%&\\?/.`)
    if (value.length > 256) throw bad('InvalidTagValueLength', `The value of tag '${name}' has more than 256 characters.`)
  }
  return tags
}

function managedGroupOf(place: Place, id: string | undefined): string {
  if (!id) throw bad('InvalidApplianceManagedResourceGroup', "The property 'managedResourceGroupId' is required: the id of a resource group that does not exist yet.")
  const group = parseGroupId(id)
  if (!group) throw bad('InvalidApplianceManagedResourceGroup', `The managed resource group id '${id}' is not valid. Expected '/subscriptions/{subscription}/resourceGroups/{name}'.`)
  if (!sameId(group.subscriptionId, place.subscriptionId)) throw bad('InvalidApplianceManagedResourceGroup', `The managed resource group '${id}' must be in the subscription of the workspace.`)
  if (sameId(group.group, place.resourceGroup)) {
    throw bad('InvalidApplianceManagedResourceGroup', `The managed resource group '${id}' must not be the resource group of the workspace '${workspaceResourceId(place)}'.`)
  }
  return `/subscriptions/${place.subscriptionId}/resourceGroups/${group.group}`
}

const bad = (wireCode: string, message: string) => new Problem('invalid', message, { extra: { wireCode } })
