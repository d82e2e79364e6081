import type { Keys } from '#base/keys.ts'
import { databricksApp, type Directory } from '#directory/directory.ts'

/**
 * The application that the PaaS is in the directory: people consent to it, and the service acts on the cloud as its
 * service principal. Its secret is derived from the master key, so it lies in no file. Repeatable.
 */
export async function databricksApplication(directory: Directory, keys: Keys): Promise<{ clientId: string; clientSecret: string; principalId: string }> {
  const clientSecret = keys.derive('secret of the databricks application').toString('base64url')
  if (!(await directory.applications.find(databricksApp))) {
    await directory.applications.createApplication({
      appId: databricksApp,
      displayName: 'Azure Databricks',
      publisher: 'Brickyard',
      identifierUris: [databricksApp],
      requiredScopes: [{ resource: 'https://management.azure.com/', scopes: ['user_impersonation'] }],
      secret: clientSecret,
    })
  }
  const principal = await directory.servicePrincipals.createServicePrincipal(databricksApp)
  return { clientId: databricksApp, clientSecret, principalId: principal.id }
}
