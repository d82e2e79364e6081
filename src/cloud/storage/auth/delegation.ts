import { createHmac } from 'node:crypto'
import type { StorageAccount } from '../contract.ts'
import type { SasFields } from './sas-text.ts'

/** What names a user delegation key: whose it is, from when to when, for which service. Source: "Get User Delegation Key". */
export type DelegationKey = { skoid: string; sktid: string; skt: string; ske: string; sks: string; skv: string }

const names = ['skoid', 'sktid', 'skt', 'ske', 'sks', 'skv'] as const

/**
 * The key's value, base64. It is computed from the account's keys and kept nowhere: rotating either of them ends every key that was given out.
 */
export const delegationSecret = (account: StorageAccount, key: DelegationKey): string =>
  createHmac('sha256', Buffer.from(account.keys.join(''), 'utf8')).update(['user delegation key', account.name, ...names.map((name) => key[name])].join('\n')).digest('base64')

/** The key that a signature says it was made with; undefined when one of its fields is missing. */
export function delegationKeyOf(fields: SasFields): DelegationKey | undefined {
  const [skoid, sktid, skt, ske, sks, skv] = names.map((name) => fields.get(name))
  if (skoid === undefined || sktid === undefined || skt === undefined || ske === undefined || sks === undefined || skv === undefined) return undefined
  return { skoid, sktid, skt, ske, sks, skv }
}
