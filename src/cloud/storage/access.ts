import { header, type Call } from './call.ts'
import { refuse } from './errors.ts'
import type { Entry } from './disk/entry.ts'
import type { Properties } from './disk/properties.ts'

const bits = ['---', '--x', '-w-', '-wx', 'r--', 'r-x', 'rw-', 'rwx'] as const

/** Permissions as Azure writes them: `rw-r-----`, a `t` at the end for the sticky bit, a `+` if the list says more. */
export function symbolic(entry: Entry): string {
  const text = [6, 3, 0].map((shift) => bits[(entry.mode >> shift) & 7]).join('')
  const sticky = entry.mode & 0o1000 ? `${text.slice(0, 8)}${entry.mode & 1 ? 't' : 'T'}` : text
  return entry.properties.acl === undefined ? sticky : `${sticky}+`
}

/** The access control list: the one that was set, or what the mode bits say. */
export function aclText(entry: Entry): string {
  const [user, group, other] = [6, 3, 0].map((shift) => bits[(entry.mode >> shift) & 7])
  return entry.properties.acl ?? `user::${user},group::${group},other::${other}`
}

/** Reads `0750`, `rwxr-x---` or `rwxr-x--t`. */
export function readMode(text: string): number {
  if (/^[01]?[0-7]{3}$/.test(text)) return Number.parseInt(text, 8)
  if (!/^([r-][w-][x-]){2}[r-][w-][xtT-]$/.test(text)) throw refuse('InvalidInput', `The permissions ${JSON.stringify(text)} are neither octal nor symbolic.`)
  const plain = text.replace('t', 'x').replace('T', '-')
  const value = plain.split('').reduce((sum, letter) => sum * 2 + (letter === '-' ? 0 : 1), 0)
  return value | (/[tT]$/.test(text) ? 0o1000 : 0)
}

/** The mode of something new: what was asked for less the umask. Defaults as in "Path – Create": 0666 or 0777, umask 0027. */
export function newMode(call: Call, isDirectory: boolean): number {
  const asked = header(call, 'x-ms-permissions')
  const umask = header(call, 'x-ms-umask')
  return (asked === undefined ? (isDirectory ? 0o777 : 0o666) : readMode(asked)) & ~(umask === undefined ? 0o027 : readMode(umask))
}

const aclEntry = /^(default:)?(user|group|mask|other):[^:,]*:[r-][w-][x-]$/

/** What a set-access-control request changes. The mode bits of a whole list are its own entries for user, group and other. */
export function accessChange(call: Call): { properties: Properties; mode?: number } {
  const [owner, group, permissions, acl] = ['owner', 'group', 'permissions', 'acl'].map((name) => header(call, `x-ms-${name}`))
  if (permissions !== undefined && acl !== undefined) throw refuse('InvalidInput', 'x-ms-permissions and x-ms-acl exclude each other.')
  const who = { ...(owner === undefined ? {} : { owner }), ...(group === undefined ? {} : { group }) }
  if (permissions !== undefined) return { properties: who, mode: readMode(permissions) }
  if (acl === undefined) return { properties: who }
  const entries = acl.split(',')
  for (const entry of entries) if (!aclEntry.test(entry)) throw refuse('InvalidInput', `The access control entry ${JSON.stringify(entry)} is not valid.`)
  const own = (kind: string) => entries.find((entry) => entry.startsWith(`${kind}::`))?.split(':').at(-1)
  const [user, mask, others] = [own('user'), own('mask') ?? own('group'), own('other')]
  if (user === undefined || own('group') === undefined || others === undefined) throw refuse('InvalidInput', 'An access control list needs entries for user::, group:: and other::.')
  const more = entries.length > 3
  return { properties: { ...who, ...(more ? { acl } : {}) }, mode: readMode(`${user}${mask}${others}`) }
}
