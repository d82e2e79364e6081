import { header, type Call, type Grant } from '../call.ts'
import type { StorageAccount, StorageDeps } from '../contract.ts'
import { refuse } from '../errors.ts'
import { checkSas, sasPlace } from './sas.ts'
import { checkSharedKey } from './shared-key.ts'

/** Finds out who asks. There is no anonymous access: every request carries a key's signature, a SAS or a token. */
export async function authenticate(call: Call, account: StorageAccount, deps: Pick<StorageDeps, 'authorizeBearer' | 'authorizePrincipal' | 'clock'>): Promise<Grant> {
  const authorization = header(call, 'authorization')
  if (authorization === undefined) {
    if (!call.query.has('sig')) throw refuse('NoAuthenticationInformation')
    return checkSas(call.query, sasPlace(call), account, { tls: call.tls, from: call.from, now: deps.clock(), ...(deps.authorizePrincipal ? { authorizePrincipal: deps.authorizePrincipal } : {}) })
  }
  const space = authorization.indexOf(' ')
  const scheme = authorization.slice(0, space).toLowerCase()
  const credential = authorization.slice(space + 1)
  if (scheme === 'sharedkey') {
    checkSharedKey(call, account, credential, deps.clock())
    return { account, may: () => true, allow: async () => {} }
  }
  if (scheme === 'sharedkeylite') throw refuse('NotImplemented', 'SharedKeyLite is not built yet; sign with SharedKey.')
  if (scheme === 'bearer') return bearerGrant(credential, account, deps.authorizeBearer)
  throw refuse('InvalidAuthenticationInfo', 'The authorization scheme is not one of SharedKey, Bearer.')
}

function bearerGrant(token: string, account: StorageAccount, authorize: StorageDeps['authorizeBearer']): Grant {
  if (!authorize) throw refuse('InvalidAuthenticationInfo')
  return {
    account,
    may: () => true,
    async allow(needs, place) {
      const where = { ...(place.container === undefined ? {} : { container: place.container }), ...(place.path === '' ? {} : { path: place.path }) }
      await authorize(token, { account: account.name, action: needs.action, on: needs.on, ...where })
    },
  }
}
