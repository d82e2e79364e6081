import { Problem } from '#base/problem.ts'

/** A path of the root storage without slashes at its ends; '' is its root. */
export type RootPath = string

/** Ours, and nobody's to see: uploads on their way, and what clusters keep for themselves. */
export const hidden = '.brickyard'
const longest = 1024

/** Reads `/a/b` or `dbfs:/a/b`. What could leave the storage or would be another name there is refused. */
export function rootPath(text: string): RootPath {
  const plain = text.replace(/^dbfs:(?=\/)/, '')
  const wrong = (why: string) => new Problem('invalid', `Invalid path ${JSON.stringify(text.slice(0, 200))}: ${why}`, { extra: { field: 'path' } })
  if (!plain.startsWith('/')) throw wrong('it must be absolute and begin with /')
  if (plain.length > longest) throw wrong(`it must have at most ${longest} characters`)
  if (!plain.isWellFormed()) throw wrong('it is not valid Unicode')
  // oxlint-disable-next-line no-control-regex -- control characters are what is refused
  if (/[\u0000-\u001f\u007f\\]/.test(plain)) throw wrong('control characters and backslashes are not permitted')
  const parts = plain.split('/').filter((part) => part !== '')
  if (parts.some((part) => part === '.' || part === '..')) throw wrong('. and .. are not permitted')
  if (parts.some((part) => Buffer.byteLength(part) > 255)) throw wrong('a name in it has more than 255 bytes')
  if (parts[0] === hidden) throw new Problem('forbidden', `The folder /${hidden} belongs to the workspace.`)
  return parts.join('/')
}

export const shown = (path: RootPath): string => `/${path}`
export const parentOf = (path: RootPath): RootPath => path.slice(0, Math.max(0, path.lastIndexOf('/')))
export const nameOf = (path: RootPath): string => path.slice(path.lastIndexOf('/') + 1)

/** A path of the Files API: what is in a volume. Source: FilesAPI in databricks-sdk-py, "/Volumes/<catalog>/<schema>/<volume>/…". */
export function volumePath(text: string): { path: RootPath; volume: string; inside: string } {
  const path = rootPath(text.startsWith('/') ? text : `/${text}`)
  const [top, catalog, schema, name, ...inside] = path.split('/')
  if (top !== 'Volumes' || catalog === undefined || schema === undefined || name === undefined)
    throw new Problem('invalid', `Invalid path ${JSON.stringify(text.slice(0, 200))}: it must begin with /Volumes/<catalog>/<schema>/<volume>`, { extra: { field: 'path' } })
  return { path, volume: `${catalog}.${schema}.${name}`, inside: inside.join('/') }
}
