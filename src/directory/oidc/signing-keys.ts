import { createHash, generateKeyPair } from 'node:crypto'
import { promisify } from 'node:util'
import type { Clock } from '#base/clock.ts'
import { json } from '#base/db.ts'
import type { Keys } from '#base/keys.ts'
import { sql } from 'kysely'
import { z } from 'zod'
import type { Db, DbOrTx } from '../tables.ts'

const day = 86_400_000
/** A key signs for thirty days. Its successor is published from the start, so every verifier has seen it long before. */
const signsFor = 30 * day
/** A retired key stays published for a day: access and id tokens live for an hour at most. */
const staysFor = day

export type SigningKeys = Awaited<ReturnType<typeof signingKeys>>
type State = 'next' | 'active' | 'retired'
const privateKey = z.record(z.string(), z.string())

/** The keys that sign tokens: one active, one published and waiting, some retired. Private halves are sealed in the database. */
export async function signingKeys({ db, keys, clock }: { db: Db; keys: Keys; clock: Clock }) {
  const rows = (within: DbOrTx) => within.selectFrom('signing_keys').selectAll().where((eb) => eb.or([eb('gone_at', 'is', null), eb('gone_at', '>', clock())])).orderBy('created_at')
  const alone = <T>(work: (tx: DbOrTx) => Promise<T>) =>
    db.transaction().execute(async (tx) => {
      await sql`select pg_advisory_xact_lock(hashtext('directory.signing_keys'))`.execute(tx)
      return work(tx)
    })
  const add = async (tx: DbOrTx, activeFrom: Date | null) => {
    const made = await makeKey()
    await tx.insertInto('signing_keys').values({
      kid: made.kid,
      public_jwk: json(made.publicJwk),
      private_sealed: keys.seal(`signing-key:${made.kid}`, JSON.stringify(made.privateJwk)),
      created_at: clock(),
      active_from: activeFrom,
      retired_at: null,
      gone_at: null,
    }).execute()
    return made.kid
  }
  const ensure = () =>
    alone(async (tx) => {
      const states = (await rows(tx).execute()).map(stateOf)
      if (!states.includes('active')) await add(tx, clock())
      if (!states.includes('next')) await add(tx, null)
    })
  /** The waiting key begins to sign, the active one retires, a new one is published. */
  const rotate = (only?: (activeFrom: Date) => boolean) =>
    alone(async (tx) => {
      const all = await rows(tx).execute()
      const active = all.find((row) => stateOf(row) === 'active')
      const next = all.find((row) => stateOf(row) === 'next')
      if (!active?.active_from || !next) throw new Error('There is no signing key to rotate')
      if (only && !only(active.active_from)) return null
      const now = clock()
      await tx.updateTable('signing_keys').set({ retired_at: now, gone_at: new Date(now.getTime() + staysFor) }).where('kid', '=', active.kid).execute()
      await tx.updateTable('signing_keys').set({ active_from: now }).where('kid', '=', next.kid).execute()
      await add(tx, null)
      return { kid: next.kid }
    })
  await ensure()
  return {
    /** For verifiers: all that is published. */
    async published(): Promise<JsonWebKey[]> {
      return (await rows(db).execute()).map((row) => row.public_jwk)
    },
    /** For the signer: the active key first, then the retired ones (they still verify hints). */
    async signing(): Promise<{ kid: string; jwks: JsonWebKey[] }> {
      const usable = (await rows(db).execute()).filter((row) => stateOf(row) !== 'next').toSorted((a, b) => Number(stateOf(b) === 'active') - Number(stateOf(a) === 'active'))
      const jwks = usable.map((row) => privateKey.parse(JSON.parse(keys.open(`signing-key:${row.kid}`, row.private_sealed))))
      const kid = usable[0]?.kid
      if (!kid) throw new Error('There is no active signing key')
      return { kid, jwks }
    },
    async rotate(): Promise<{ kid: string }> {
      const made = await rotate()
      if (!made) throw new Error('unreachable')
      return made
    },
    /** Rotates when the active key is old enough; drops what nobody needs. */
    async keepFresh(): Promise<void> {
      await rotate((activeFrom) => clock().getTime() - activeFrom.getTime() >= signsFor)
      await db.deleteFrom('signing_keys').where('gone_at', '<=', clock()).execute()
    },
    async list(): Promise<{ kid: string; state: State; createdAt: Date }[]> {
      return (await rows(db).execute()).map((row) => ({ kid: row.kid, state: stateOf(row), createdAt: row.created_at }))
    },
  }
}

const stateOf = (row: { active_from: Date | null; retired_at: Date | null }): State => (row.retired_at ? 'retired' : row.active_from ? 'active' : 'next')

async function makeKey() {
  const pair = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 })
  const bare = pair.publicKey.export({ format: 'jwk' })
  const { e, kty, n } = bare
  // RFC 7638 thumbprint: members in alphabetical order.
  const kid = createHash('sha256').update(JSON.stringify({ e, kty, n })).digest('base64url')
  const marks = { kid, use: 'sig', alg: 'RS256' }
  return { kid, publicJwk: { ...bare, ...marks }, privateJwk: { ...pair.privateKey.export({ format: 'jwk' }), ...marks } }
}
