import { levels, type Level } from '../permissions/levels.ts'
import type { Found, Seen } from './access.ts'
import type { ObjectRow } from './store.ts'

/** Source: workspace.ObjectInfo in databricks-sdk-py. */
export const infoOf = (row: ObjectRow, path: string) => ({
  object_type: row.type,
  object_id: row.object_id,
  resource_id: String(row.object_id),
  path,
  ...(row.language === null ? {} : { language: row.language }),
  ...(row.type === 'FILE' ? { size: row.size ?? 0 } : {}),
  created_at: row.created_at.getTime(),
  modified_at: row.modified_at.getTime(),
})
export const info = (found: Found) => infoOf(found, found.path)

/** What a page shows beside it. Our extension. */
export const details = (seen: Seen) => ({
  ...info(seen),
  name: seen.name,
  permission_level: levelShown(seen.level),
  parents: seen.parents.toReversed().map((row, depth) => ({
    object_id: row.object_id,
    name: row.name,
    path: `/${seen.names.slice(0, depth).join('/')}`,
  })),
  ...trashedFrom(seen),
})
export const trashedFrom = (row: ObjectRow) => (row.trashed_from === null ? {} : { trashed_from: row.trashed_from.path })
export const childPath = (folder: Found, name: string) => (folder.path === '/' ? `/${name}` : `${folder.path}/${name}`)
export const levelShown = (held: Level | null) => levels.directories.find((level) => level === held) ?? null
