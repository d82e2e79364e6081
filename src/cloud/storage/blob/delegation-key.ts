import { delegationSecret, type DelegationKey } from '../auth/delegation.ts'
import { header, type Answer } from '../call.ts'
import type { StorageDeps } from '../contract.ts'
import { refuse } from '../errors.ts'
import { bodyText } from '../body-text.ts'
import type { Scene } from '../operation.ts'
import { declaration, element, text } from './xml.ts'

const week = 7 * 86_400_000

/** Get User Delegation Key: for whom the token speaks, at most a week. Source: learn.microsoft.com/rest/api/storageservices/get-user-delegation-key. */
export const userDelegationKey = (deps: Pick<StorageDeps, 'delegate' | 'clock'>) => async ({ call, grant }: Scene): Promise<Answer> => {
  const token = /^bearer (.+)$/i.exec(header(call, 'authorization') ?? '')?.[1]
  if (token === undefined || !deps.delegate) throw refuse('InvalidAuthenticationInfo', 'Only a token of the directory can ask for a user delegation key.')
  const who = await deps.delegate(token, call.account)
  const asked = await bodyText(call.body, 10_000)
  const now = deps.clock().getTime()
  const start = moment(asked, 'Start') ?? now
  const end = moment(asked, 'Expiry')
  if (end === undefined || end <= start || end <= now || end > now + week + 60_000) throw refuse('InvalidInput', 'Expiry must be after Start and now, and at most seven days from now.')
  const key: DelegationKey = { skoid: who.oid, sktid: who.tid, skt: written(start), ske: written(end), sks: 'b', skv: header(call, 'x-ms-version') ?? '2025-11-05' }
  const body = [
    element('SignedOid', text(key.skoid)), element('SignedTid', text(key.sktid)), element('SignedStart', key.skt), element('SignedExpiry', key.ske), element('SignedService', key.sks),
    element('SignedVersion', text(key.skv)), element('Value', delegationSecret(grant.account, key)),
  ]
  return { status: 200, headers: { 'content-type': 'application/xml' }, body: `${declaration}${element('UserDelegationKey', body.join(''))}` }
}

function moment(xml: string, name: string): number | undefined {
  const found = new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1]
  const at = found === undefined || found === '' ? Number.NaN : Date.parse(found)
  return Number.isNaN(at) ? undefined : at
}

const written = (at: number): string => `${new Date(at).toISOString().slice(0, 19)}Z`
