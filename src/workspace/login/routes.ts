import { implementFor } from '../caller.ts'
import type { WorkspaceRecord } from '../contract.ts'
import { hereApi } from './api.ts'
import type { Usage } from './quota.ts'

export const hereRoutes = (record: WorkspaceRecord, portalUrl: string, quota: () => Promise<Usage[]>) =>
  implementFor(hereApi, {
    quota: async () => ({ usages: await quota() }),
    here: ({ caller }) => ({
      workspace: {
        id: record.workspaceId,
        name: record.name,
        url: record.url,
        location: record.location,
        tier: record.tier,
        resource_id: record.armId,
        managed_resource_group_id: record.managedResourceGroupId,
        subscription_id: record.subscriptionId,
      },
      portal_url: portalUrl,
      me: { id: caller.userId, user_name: caller.userName, display_name: caller.displayName, admin: caller.admin, entitlements: [...caller.entitlements] },
    }),
  })
