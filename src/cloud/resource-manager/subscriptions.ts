import { region, type Core } from './core.ts'
import { ok, param, type Call, type Operation } from './operation.ts'
import { subscriptionNotFound } from './problems.ts'
import type { Bag } from '../store/tables.ts'

type Names = { tenantName: string; domain: string; subscriptionName: string }

/** Tenants, the subscription and its one region. */
export function subscriptionOperations(core: Core, names: Names, versions: readonly string[]): Operation[] {
  const subscription = (): Bag => ({
    id: `/subscriptions/${core.subscriptionId}`, authorizationSource: 'RoleBased', managedByTenants: [], subscriptionId: core.subscriptionId, tenantId: core.tenantId,
    displayName: names.subscriptionName, state: 'Enabled', subscriptionPolicies: { locationPlacementId: 'Public_2014-09-01', quotaId: 'Internal_2014-09-01', spendingLimit: 'Off' },
  })
  const tenant = (): Bag => ({
    id: `/tenants/${core.tenantId}`, tenantId: core.tenantId, displayName: names.tenantName, defaultDomain: names.domain, domains: [names.domain],
    tenantCategory: 'Home', tenantType: 'AAD', countryCode: '',
  })
  const location = (): Bag => ({
    id: `/subscriptions/${core.subscriptionId}/locations/${region.name}`, name: region.name, type: 'Region', displayName: region.displayName, regionalDisplayName: region.regionalDisplayName,
    metadata: { regionType: 'Physical', regionCategory: 'Recommended', geography: 'local', geographyGroup: 'local', physicalLocation: 'This machine', pairedRegion: [] },
  })
  /** Whoever holds any role at or below the subscription sees it. */
  const visible = async (call: Call): Promise<boolean> => {
    const row = await core.db.selectFrom('role_assignments').select('name').where('principal_id', 'in', [call.caller.oid, ...call.caller.groups]).limit(1).executeTakeFirst()
    return row !== undefined
  }
  const line = (path: string, handle: Operation['handle']): Operation => ({ method: 'GET', path, versions, needs: null, handle })
  return [
    line('/tenants', async () => ok({ value: [tenant()] })),
    line('/subscriptions', async (call) => ok({ value: (await visible(call)) ? [subscription()] : [], count: { type: 'Total', value: (await visible(call)) ? 1 : 0 } })),
    line('/subscriptions/{subscriptionId}', async (call) => {
      if (!(await visible(call))) throw subscriptionNotFound(param(call, 'subscriptionId'))
      return ok(subscription())
    }),
    line('/subscriptions/{subscriptionId}/locations', async () => ok({ value: [location()] })),
  ]
}

export type Endpoints = { publicUrl: string; loginUrl: string; portalUrl: string; storageUrl: string; tenantId: string }

/** `/metadata/endpoints`: what `az cloud register` and SDKs discover everything else from. One object, not a list; the keys are those that az turned into settings. */
export const metadata = (urls: Endpoints): Bag => ({
  portal: urls.portalUrl,
  authentication: {
    loginEndpoint: `${urls.loginUrl}/`,
    audiences: ['https://management.azure.com/', 'https://management.core.windows.net/'],
    tenant: 'common',
    identityProvider: 'AAD',
  },
  media: urls.publicUrl,
  graph: urls.loginUrl,
  graphAudience: 'https://graph.microsoft.com/',
  // The directory's own Graph subset: clients must never be led out of the house.
  microsoftGraphResourceId: `${urls.loginUrl}/`,
  name: 'Brickyard',
  batch: urls.publicUrl,
  resourceManager: `${urls.publicUrl}/`,
  vmImageAliasDoc: `${urls.publicUrl}/metadata/images`,
  activeDirectoryDataLake: urls.storageUrl,
  sqlManagement: urls.publicUrl,
  gallery: urls.publicUrl,
  suffixes: { storage: new URL(urls.storageUrl).host, acrLoginServer: 'azurecr.invalid', keyVaultDns: 'vault.invalid' },
})
