import { queryOptions, useQuery } from '@tanstack/react-query'
import { api } from '#web/api/generated/workspace.ts'

/** The workspace and the person: known once, for all pages. */
export const here = queryOptions({ queryKey: ['here'], queryFn: ({ signal }) => api.here.here({}, signal), staleTime: 60_000 })
export type Here = Awaited<ReturnType<typeof api.here.here>>

export const useHere = (): Here | undefined => useQuery(here).data

/** Address of a resource in the cloud's portal. */
export const inPortal = (portalUrl: string, resourceId: string): string => `${portalUrl}/#${resourceId}`
