import type { Call, Grant, Needs } from '../call.ts'
import type { StorageAccount, StorageDeps } from '../contract.ts'
import { refuse } from '../errors.ts'
import { isWithin, pathFromText, type Path } from '../names.ts'
import { delegationKeyOf, delegationSecret } from './delegation.ts'
import { accountSasText, delegatedSasText, serviceSasText, signedResource, type SasFields } from './sas-text.ts'
import { signedByAny } from './sign.ts'

type Circumstances = { tls: boolean; from: string | undefined; now: Date } & Pick<StorageDeps, 'authorizePrincipal'>

/**
 * Checks a shared access signature: first that an account key made it, then when, how and from where it may be used.
 * What it may be used for is asked of the Grant, operation by operation.
 */
export function checkSas(fields: SasFields, place: { container: string | undefined; path: Path }, account: StorageAccount, at: Circumstances): Grant {
  const version = fields.get('sv') ?? ''
  if (!/^\d{4}-\d\d-\d\d$/.test(version) || version < '2018-11-09') throw refuse('AuthenticationFailed', 'The sv of a shared access signature must be 2018-11-09 or later.')
  if (fields.get('si') !== undefined) throw refuse('NotImplemented', 'Shared access signatures with a stored access policy (si) are not built yet.')
  const grant = fields.get('ss') === undefined ? serviceGrant(fields, place, account, at) : accountGrant(fields, account)
  checkWhen(fields, at.now)
  if (fields.get('spr') === 'https' && !at.tls) throw refuse('AuthorizationProtocolMismatch')
  const range = fields.get('sip')
  if (range !== undefined && !isInRange(at.from ?? '', range)) throw refuse('AuthorizationSourceIPMismatch')
  return grant
}

function checkWhen(fields: SasFields, now: Date): void {
  const start = fields.get('st')
  const end = Date.parse(fields.get('se') ?? '')
  if (Number.isNaN(end) || (start !== undefined && Number.isNaN(Date.parse(start)))) throw refuse('AuthenticationFailed', 'Signature fields not well formed.')
  if (now.getTime() >= end) throw refuse('AuthenticationFailed', 'Signature not valid in the specified time frame: it has expired.')
  if (start !== undefined && now.getTime() < Date.parse(start)) throw refuse('AuthenticationFailed', 'Signature not valid in the specified time frame: it is not valid yet.')
}

function accountGrant(fields: SasFields, account: StorageAccount): Grant {
  mustBeSigned(fields, account, [accountSasText(fields, account.name)])
  if (!fields.get('ss')?.includes('b')) throw refuse('AuthorizationServiceMismatch')
  const types = fields.get('srt') ?? ''
  const letters = fields.get('sp') ?? ''
  return {
    account,
    may: (letter) => letters.includes(letter),
    async allow(needs) {
      if (!types.includes(needs.on === 'account' ? 's' : needs.on === 'container' ? 'c' : 'o')) throw refuse('AuthorizationResourceTypeMismatch')
      mustHaveOne(letters, needs)
    },
  }
}

/** A service SAS covers what it was signed for: a container, a directory of a stated depth with all below it, or one file. */
function serviceGrant(fields: SasFields, place: { container: string | undefined; path: Path }, account: StorageAccount, at: Circumstances): Grant {
  const kind = fields.get('sr') ?? ''
  const container = place.container
  if (container === undefined || !['b', 'c', 'd', 'f'].includes(kind)) throw refuse('AuthenticationFailed', 'Signature fields not well formed: sr must be b, c, d or f.')
  const depth = Number(fields.get('sdd') ?? Number.NaN)
  if (kind === 'd' && !(Number.isInteger(depth) && depth >= 0)) throw refuse('AuthenticationFailed', 'Signature fields not well formed: sdd is missing.')
  const scope = kind === 'c' ? '' : kind === 'd' ? place.path.split('/').slice(0, depth).join('/') : place.path
  if (kind === 'd' && depthOf(scope) !== depth) throw refuse('AuthenticationFailed', undefined, 'the path is above the signed directory')
  const resource = signedResource(account.name, container, scope)
  const maker = fields.get('skoid')
  if (maker === undefined) mustBeSigned(fields, account, [serviceSasText(fields, resource)])
  else mustBeDelegated(fields, account, resource, at)
  const letters = fields.get('sp') ?? ''
  return {
    account,
    may: (letter) => letters.includes(letter),
    async allow(needs, asked) {
      if (needs.accountOnly === true || needs.on === 'account') throw refuse('AuthorizationResourceTypeMismatch')
      const path = needs.path ?? asked.path
      const covered = kind === 'c' || (kind === 'd' ? isWithin(path, scope) : path === scope)
      if (asked.container !== container || !covered) throw refuse('AuthorizationFailure')
      mustHaveOne(letters, needs)
      if (maker !== undefined) await at.authorizePrincipal?.(maker, { account: account.name, action: needs.action, on: needs.on, container, ...(path === '' ? {} : { path }) })
    },
  }
}

/** A signature made with a user delegation key: the key's own times count too. */
function mustBeDelegated(fields: SasFields, account: StorageAccount, resource: string, at: Circumstances): void {
  if (!at.authorizePrincipal) throw refuse('NotImplemented', 'A user delegation SAS of a source is not built yet.')
  for (const name of ['suoid', 'sduoid', 'skdutid']) if (fields.get(name) !== undefined) throw refuse('NotImplemented', `A user delegation SAS for another user (${name}) is not built yet.`)
  const key = delegationKeyOf(fields)
  if (!key || key.sks !== 'b') throw refuse('AuthenticationFailed', 'Signature fields not well formed.')
  if (!signedByAny([delegationSecret(account, key)], [delegatedSasText(fields, resource)], fields.get('sig') ?? '')) throw refuse('AuthenticationFailed', 'Signature did not match.')
  if (at.now.getTime() < Date.parse(key.skt) || at.now.getTime() >= Date.parse(key.ske)) throw refuse('AuthenticationFailed', 'The user delegation key is not valid in the specified time frame.')
}

const depthOf = (path: Path): number => (path === '' ? 0 : path.split('/').length)

function mustHaveOne(letters: string, needs: Needs): void {
  if (!needs.sas.split('').some((letter) => letters.includes(letter))) throw refuse('AuthorizationPermissionMismatch')
}

function mustBeSigned(fields: SasFields, account: StorageAccount, texts: string[]): void {
  const signature = fields.get('sig') ?? ''
  if (signature === '' || !signedByAny(account.keys, texts, signature)) throw refuse('AuthenticationFailed', 'Signature did not match.')
}

/** `a` or `a-b`, IPv4. */
function isInRange(from: string, range: string): boolean {
  const [low = '', high = low] = range.split('-')
  const at = ipv4(from.replace(/^::ffff:/, ''))
  return at >= ipv4(low) && at <= ipv4(high)
}

const ipv4 = (text: string): number => (/^(\d{1,3}\.){3}\d{1,3}$/.test(text) ? text.split('.').reduce((sum, part) => sum * 256 + Number(part), 0) : Number.NaN)

/**
 * The place a directory SAS was asked for: listing names its directory in the query, not in the URL's path.
 * Signing needs it before any operation is known.
 */
export const sasPlace = (call: Call): { container: string | undefined; path: Path } => {
  const directory = call.query.get('directory')
  return { container: call.container, path: call.path === '' && directory !== undefined ? pathFromText(directory) : call.path }
}
