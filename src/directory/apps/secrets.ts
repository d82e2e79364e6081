import { createHmac, randomBytes, randomUUID, timingSafeEqual } from 'node:crypto'
import type { Clock } from '#base/clock.ts'
import type { Keys } from '#base/keys.ts'
import { Problem } from '#base/problem.ts'
import type { Selectable } from 'kysely'
import type { Secret } from '../contract.ts'
import type { Db, DbOrTx, Tables } from '../tables.ts'

export type SecretStore = ReturnType<typeof secretStore>
type Wish = { displayName?: string; endsAt?: Date }
const twoYearsMs = 2 * 365 * 86_400_000

/** Client secrets. They are random, so a keyed hash protects them as well as a slow one would. */
export function secretStore({ db, keys, clock }: { db: Db; keys: Keys; clock: Clock }) {
  const key = keys.derive('directory:client-secrets')
  const hashOf = (appId: string, text: string) => createHmac('sha256', key).update(`${appId}\n${text}`).digest('base64url')
  const keep = async (within: DbOrTx, appId: string, text: string, wish: Wish) => {
    if (text.length < 32) throw new Problem('invalid', 'A client secret needs at least 32 characters.', { extra: { field: 'secret' } })
    const now = clock()
    const row = {
      key_id: randomUUID(),
      app_id: appId,
      hash: hashOf(appId, text),
      hint: text.slice(0, 3),
      display_name: wish.displayName ?? 'Secret',
      starts_at: now,
      ends_at: wish.endsAt ?? new Date(now.getTime() + twoYearsMs),
    }
    await within.insertInto('secrets').values(row).execute()
    return fromRow(row)
  }
  return {
    keep,
    async generate(appId: string, wish: Wish): Promise<Secret & { secretText: string }> {
      // 30 random bytes in 40 characters, with a mark that secret scanners can know.
      const secretText = `byk~${randomBytes(30).toString('base64url')}`
      return { ...(await keep(db, appId, secretText, wish)), secretText }
    },
    async list(appId: string): Promise<Secret[]> {
      return (await db.selectFrom('secrets').selectAll().where('app_id', '=', appId).orderBy('starts_at').execute()).map(fromRow)
    },
    async remove(appId: string, keyId: string): Promise<void> {
      const { numDeletedRows } = await db.deleteFrom('secrets').where('app_id', '=', appId).where('key_id', '=', keyId).executeTakeFirst()
      if (numDeletedRows === 0n) throw new Problem('not_found', `The application has no secret with the key id ${keyId}.`)
    },
    async check(appId: string, text: string): Promise<'right' | 'wrong' | 'expired'> {
      const offered = Buffer.from(hashOf(appId, text))
      const rows = await db.selectFrom('secrets').select(['hash', 'ends_at']).where('app_id', '=', appId).execute()
      const matching = rows.filter((row) => timingSafeEqual(Buffer.from(row.hash), offered))
      if (matching.length === 0) return 'wrong'
      return matching.some((row) => row.ends_at > clock()) ? 'right' : 'expired'
    },
  }
}

const fromRow = (row: Selectable<Tables['secrets']>): Secret => ({
  keyId: row.key_id,
  displayName: row.display_name,
  hint: row.hint,
  startsAt: row.starts_at,
  endsAt: row.ends_at,
})
