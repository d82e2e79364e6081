import { ClientSecretCredential } from '@azure/identity'
import type { TokenCredential } from '@azure/identity'
import type { CloudConfig } from './contract.ts'
import { trusted } from '#base/http/trusting-fetch.ts'

export const defaultArmAudience = 'https://management.azure.com/'

/** How this workspace's resource manager is reached by Azure's own clients, as the Databricks application. */
export type Arm = {
  credential: TokenCredential
  subscriptionId: string
  options: {
    endpoint: string
    credentials: { scopes: string[] }
    /** The same for clients of the generation before. */
    credentialScopes: string[]
    tlsOptions: { ca: string[] }
    retryOptions: { maxRetries: number; maxRetryDelayInMs: number }
  }
}

export function armAccess(cloud: CloudConfig, caPem: string): (subscriptionId: string) => Arm {
  const tlsOptions = { ca: trusted(caPem) }
  // An authority host of our own is not known to Microsoft's instance discovery.
  const disableInstanceDiscovery = !cloud.authorityUrl.startsWith('https://login.microsoftonline.')
  const credential = new ClientSecretCredential(cloud.tenantId, cloud.clientId, cloud.clientSecret, {
    authorityHost: cloud.authorityUrl,
    disableInstanceDiscovery,
    tlsOptions,
  })
  const scopes = [`${cloud.armAudience ?? defaultArmAudience}.default`]
  return (subscriptionId) => ({
    credential,
    subscriptionId,
    // Loops repeat what fails; a client that also waits for minutes would only hide it.
    options: {
      endpoint: cloud.armUrl,
      credentials: { scopes },
      credentialScopes: scopes,
      tlsOptions,
      retryOptions: { maxRetries: 2, maxRetryDelayInMs: 1000 },
    },
  })
}
