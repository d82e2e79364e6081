import { queryOptions, useQuery } from '@tanstack/react-query'
import { api } from '#web/api/generated/workspace.ts'

export type ObjectType = 'clusters' | 'notebooks' | 'directories' | 'files'
export const levelQuery = (type: ObjectType, id: string) =>
  queryOptions({ queryKey: ['level', type, id], queryFn: async ({ signal }) => (await api.permissions.mine({ params: { type, id } }, signal)).level, staleTime: 15_000 })

/** What I may do with an object. Undefined until it is known; null: nothing. */
export const useLevel = (type: ObjectType, id: string): string | null | undefined => useQuery(levelQuery(type, id)).data

const ranks = ['CAN_READ', 'CAN_RUN', 'CAN_EDIT', 'CAN_MANAGE']
/** Why a level on files and notebooks is not enough; undefined when it is, or is not known yet. */
export function whyNotLevel(level: string | null | undefined, needed: 'CAN_READ' | 'CAN_RUN' | 'CAN_EDIT' | 'CAN_MANAGE'): string | undefined {
  if (level === undefined || ranks.indexOf(level ?? '') >= ranks.indexOf(needed)) return undefined
  return `You need ${needed} here; you have ${level ?? 'no permission'}. Ask its owner or an administrator.`
}
