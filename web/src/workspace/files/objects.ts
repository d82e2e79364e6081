import { queryOptions, useQuery } from '@tanstack/react-query'
import { api } from '#web/api/generated/workspace.ts'
import type { ObjectType } from '../access/level.ts'

export type Browsed = Awaited<ReturnType<typeof api.objectsBrowser.browse>>
export type Folder = Browsed['folder']
export type Item = Browsed['objects'][number]

export const browse = (path: string) => queryOptions({ queryKey: ['files', path], queryFn: ({ signal }) => api.objectsBrowser.browse({ query: { path } }, signal), staleTime: 1000 })
export const useFolder = (path: string) => useQuery({ ...browse(path), refetchInterval: 10_000 })

export const encoded = (path: string): string => path.split('/').map(encodeURIComponent).join('/')
/** The page of a path. `/Workspace` is another name of the root; without a path one's own folder is meant. */
export const folderHref = (path: string): string => `/workspace${path === '/' ? '/Workspace' : encoded(path)}`

/** The page of an object. */
export const hrefOf = (item: Pick<Item, 'object_type' | 'object_id' | 'path'>): string =>
  item.object_type === 'NOTEBOOK' ? `/notebook/${item.object_id}` : folderHref(item.path)

export const permissionType: Record<Item['object_type'], ObjectType> = { DIRECTORY: 'directories', NOTEBOOK: 'notebooks', FILE: 'files' }
export const kindOf: Record<Item['object_type'], string> = { DIRECTORY: 'Folder', NOTEBOOK: 'Notebook', FILE: 'File' }
export const join = (folder: string, name: string): string => `${folder === '/' ? '' : folder}/${name}`
export const parentOf = (path: string): string => path.slice(0, path.lastIndexOf('/')) || '/'
export const isTrash = (path: string): boolean => /^\/Users\/[^/]+\/Trash(\/|$)/.test(path)

/** What is wrong with a name, before the server is asked. */
export function wrongName(name: string, taken: readonly string[] = []): string | undefined {
  if (name.trim() === '') return 'Give it a name.'
  if (name.includes('/')) return 'A name has no “/”.'
  if (name === '.' || name === '..') return 'That is not a name.'
  if (new TextEncoder().encode(name).length > 255) return 'At most 255 bytes.'
  if (taken.includes(name)) return `There is already something called “${name}” here.`
  return undefined
}

export function bytes(count: number): string {
  if (count < 1024) return `${count} B`
  const units = ['kB', 'MB', 'GB']
  let value = count / 1024
  let unit = 0
  while (value >= 1024 && unit < 2) { value /= 1024; unit += 1 }
  return `${value.toFixed(value < 10 ? 1 : 0)} ${units[unit]}`
}
