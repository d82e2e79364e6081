import { z } from 'zod'
import { defineApi, get } from '#base/http/api.ts'

const Here = z.object({
  workspace: z.object({
    id: z.string(),
    name: z.string(),
    url: z.string(),
    location: z.string(),
    tier: z.string(),
    resource_id: z.string(),
    managed_resource_group_id: z.string(),
    subscription_id: z.string(),
  }),
  /** Where the cloud, and with it one's account, is managed. */
  portal_url: z.string(),
  me: z.object({ id: z.string(), user_name: z.string(), display_name: z.string(), admin: z.boolean(), entitlements: z.array(z.string()) }),
})

/** Our extension: what a page has to know before it draws anything. */
export const hereApi = defineApi({
  here: get('/api/2.0/brickyard/here', { reply: Here }),
  // Cores, memory and machines of the region, as the cloud counts them.
  quota: get('/api/2.0/brickyard/quota', { reply: z.object({ usages: z.array(z.object({ name: z.string(), title: z.string(), used: z.number(), limit: z.number() })) }) }),
})
