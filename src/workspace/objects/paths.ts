import { Problem } from '#base/problem.ts'

const longestName = 255
const deepest = 64

/**
 * The names on the way from the root to an object. `/Workspace/Users/x` and `/Users/x` are one object, doubled slashes count
 * once. Source: "What is the workspace root folder" and the paths that official clients send.
 */
export function namesOf(path: string): string[] {
  if (!path.startsWith('/')) throw invalid(`Path (${shown(path)}) must start with '/'.`)
  const names = path.split('/').filter((name) => name !== '')
  if (names[0] === 'Workspace') names.shift()
  if (names.length > deepest) throw invalid(`Path (${shown(path)}) is too deep: at most ${deepest} folders are allowed.`)
  names.forEach((name) => mustBeName(name, 'path'))
  return names
}

/** Refuses what cannot be the name of a folder, notebook or file. `field` is the field it came in. */
export function mustBeName(name: string, field: string): void {
  const wrong =
    name === ''
      ? 'is empty'
      : name === '.' || name === '..'
        ? 'is not a name'
        : name.includes('/')
          ? "contains '/'"
          : /\p{Cc}|\p{Cs}/u.test(name)
            ? 'contains control characters'
            : Buffer.byteLength(name) > longestName
              ? `is longer than ${longestName} bytes`
              : undefined
  if (wrong) throw new Problem('invalid', `Invalid value for field ${field}: the name '${shown(name)}' ${wrong}.`, { extra: { field } })
}

export const pathOf = (names: readonly string[]): string => `/${names.join('/')}`
export const parentOf = (names: readonly string[]): string[] => names.slice(0, -1)

/** A name as it may stand in a message. */
const shown = (text: string) => (text.length > 200 ? `${text.slice(0, 200)}…` : text).replaceAll(/\p{Cc}|\p{Cs}/gu, '�')
const invalid = (message: string) => new Problem('invalid', message, { extra: { field: 'path' } })
