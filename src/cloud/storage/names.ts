import { refuse } from './errors.ts'

/** A path inside a container: decoded, checked, without empty parts. `''` is the container's root. */
export type Path = string

const system = new Set(['$root', '$web', '$logs'])

/** Azure's rule for container names ("Naming and Referencing Containers, Blobs, and Metadata"). */
export const isContainerName = (name: string): boolean => (/^[a-z0-9](?:[a-z0-9-]{1,61})[a-z0-9]$/.test(name) && !name.includes('--')) || system.has(name)

/** Account names, as they stand in a URL. */
export const isAccountName = (name: string): boolean => /^[a-z0-9]{3,24}$/.test(name)

/** Refuses a container name that breaks Azure's rule; nothing else may become a folder. */
export function mustBeContainerName(name: string): void {
  if (!isContainerName(name)) throw refuse('InvalidResourceName', 'A container name has 3 to 63 characters: lower-case letters, digits and single hyphens between them.')
}

/**
 * Turns a raw URL path (as on the wire) into a Path.
 * A slash counts only if it was written as one: an encoded `%2F` inside a part is refused with every other way out of the folder
 * (`.`, `..`, NUL, control characters, backslash). Names are kept as they are, upper and lower case apart.
 * A part may have 255 bytes of UTF-8, the most a Linux file name can hold (Azure: 1,024 characters for the whole path).
 */
export function pathFromUrl(raw: string): Path {
  return checkedPath(raw.split('/').filter((part) => part !== '').map(decodePart))
}

/** The same for a path that came decoded: a query parameter, where a slash always separates. */
export function pathFromText(text: string): Path {
  return checkedPath(text.split('/').filter((part) => part !== ''))
}

function decodePart(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    throw refuse('InvalidUri', 'The path is not valid percent-encoded UTF-8.')
  }
}

function checkedPath(parts: string[]): Path {
  for (const part of parts) {
    if (part === '.' || part === '..') throw refuse('InvalidUri', 'A path may not contain "." or ".." as a part.')
    // oxlint-disable-next-line no-control-regex -- control characters are exactly what is looked for
    if (/[\u0000-\u001f\u007f/\\\ufffe\uffff]/.test(part)) throw refuse('InvalidResourceName', 'A path may not contain control characters, backslashes or encoded slashes.')
    if (!part.isWellFormed()) throw refuse('InvalidResourceName', 'A path must be well-formed Unicode.')
    if (Buffer.byteLength(part) > 255) throw refuse('InvalidResourceName', 'A part of a path may have at most 255 bytes.')
  }
  const path = parts.join('/')
  if (path.length > 1024) throw refuse('InvalidResourceName', 'A path may have at most 1024 characters.')
  return path
}

/** The directory a path lies in; `''` for one in the root. */
export const parentOf = (path: Path): Path => path.slice(0, Math.max(0, path.lastIndexOf('/')))

/** Whether `path` is `folder` itself or lies below it. */
export const isWithin = (path: Path, folder: Path): boolean => folder === '' || path === folder || path.startsWith(`${folder}/`)
