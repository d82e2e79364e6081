import { z } from 'zod'
import { defineApi, get, post } from '#base/http/api.ts'
import { implementFor } from '../caller.ts'
import type { WorkspaceRecord } from '../contract.ts'

/** What clients look at before and beside their real calls. */
const discoveryApi = defineApi({
  // Source: oauth.HostMetadata in databricks-sdk-py. Some clients ask before every call.
  config: get('/.well-known/databricks-config', {
    auth: false,
    reply: z.object({
      oidc_endpoint: z.string(),
      workspace_id: z.string(),
      account_id: z.string(),
      cloud: z.string(),
      host_type: z.string(),
    }),
  }),
  // Nothing is enabled, so no client sends telemetry.
  featureFlags: get('/api/2.0/connector-service/feature-flags/*', { reply: z.object({ flags: z.array(z.never()), ttl_seconds: z.int() }) }),
  telemetry: post(['/telemetry-ext', '/telemetry-unauth'], {
    auth: false,
    reply: z.object({ errors: z.array(z.never()), numProtoSuccess: z.int(), numSuccess: z.int() }),
  }),
})

export const discoveryRoutes = (record: WorkspaceRecord, tenantId: string) =>
  implementFor(discoveryApi, {
    config: () => ({
      oidc_endpoint: `${record.url}/oidc`,
      workspace_id: record.workspaceId,
      account_id: tenantId,
      cloud: 'AZURE',
      host_type: 'WORKSPACE',
    }),
    featureFlags: () => ({ flags: [], ttl_seconds: 86_400 }),
    telemetry: () => ({ errors: [], numProtoSuccess: 0, numSuccess: 0 }),
  })
