import { createHmac } from 'node:crypto'
import type { Clock } from '#base/clock.ts'
import type { Keys } from '#base/keys.ts'
import { errors, type Adapter, type AdapterPayload } from 'oidc-provider'
import { z } from 'zod'
import type { Db } from '../tables.ts'

export type Artifacts = ReturnType<typeof artifactStore>
const payloadShape = z.looseObject({})
const text = (value: unknown) => (typeof value === 'string' ? value : null)

/**
 * oidc-provider's storage on PostgreSQL. A row is named by a keyed hash of the token, so a copy of the database
 * opens no session; payloads hold other tokens (an interaction knows its device code) and are sealed.
 */
export function artifactStore({ db, keys, clock }: { db: Db; keys: Keys; clock: Clock }) {
  const key = keys.derive('directory:artifacts')
  const hash = (model: string, id: string) => createHmac('sha256', key).update(`${model}\n${id}`).digest('base64url')
  const sealed = (model: string, payload: AdapterPayload) => keys.seal(`artifact:${model}`, JSON.stringify(payload))
  const opened = (row: { model: string; payload: string; consumed_at: Date | null } | undefined): AdapterPayload | undefined => {
    if (!row) return undefined
    const payload = payloadShape.parse(JSON.parse(keys.open(`artifact:${row.model}`, row.payload)))
    return row.consumed_at ? { ...payload, consumed: Math.floor(row.consumed_at.getTime() / 1000) } : payload
  }
  const adapter = (model: string): Adapter => {
    const mine = () => db.selectFrom('artifacts').select(['model', 'payload', 'consumed_at']).where('model', '=', model)
    return {
      async upsert(id, payload, expiresIn) {
        const now = clock()
        const columns = {
          payload: sealed(model, payload),
          grant_id: text(payload.grantId),
          user_code_hash: payload.userCode === undefined ? null : hash('user-code', payload.userCode),
          uid: text(payload.uid),
          account_id: text(payload.accountId),
          client_id: text(payload.clientId),
          expires_at: expiresIn ? new Date(now.getTime() + expiresIn * 1000) : null,
        }
        await db.insertInto('artifacts').values({ model, id_hash: hash(model, id), ...columns, created_at: now, consumed_at: null })
          .onConflict((conflict) => conflict.columns(['model', 'id_hash']).doUpdateSet(columns)).execute()
      },
      find: async (id) => opened(await mine().where('id_hash', '=', hash(model, id)).executeTakeFirst()),
      findByUid: async (uid) => opened(await mine().where('uid', '=', uid).executeTakeFirst()),
      findByUserCode: async (code) => opened(await mine().where('user_code_hash', '=', hash('user-code', code)).executeTakeFirst()),
      async consume(id) {
        const { numUpdatedRows } = await db.updateTable('artifacts').set({ consumed_at: clock() })
          .where('model', '=', model).where('id_hash', '=', hash(model, id)).where('consumed_at', 'is', null).executeTakeFirst()
        // Two requests may find the same code; only one may spend it (RFC 6749 §4.1.2).
        if (numUpdatedRows === 0n) throw new errors.InvalidGrant('already consumed')
      },
      async destroy(id) {
        await db.deleteFrom('artifacts').where('model', '=', model).where('id_hash', '=', hash(model, id)).execute()
      },
      async revokeByGrantId(grantId) {
        await db.deleteFrom('artifacts').where('model', '=', model).where('grant_id', '=', grantId).execute()
      },
    }
  }
  return {
    adapter,
    opened,
    /** Ends what one user has through one application: grants, codes, refresh tokens. The browser session stays. */
    async endFor(userId: string, appId: string): Promise<void> {
      await db.deleteFrom('artifacts').where('account_id', '=', userId).where('client_id', '=', appId).execute()
    },
    async endUser(userId: string): Promise<void> {
      // A sign-in under way survives: it may be the one that changes the password.
      await db.deleteFrom('artifacts').where('account_id', '=', userId).where('model', '!=', 'Interaction').execute()
    },
    async endApp(appId: string): Promise<void> {
      await db.deleteFrom('artifacts').where('client_id', '=', appId).execute()
    },
    async forgetOld(): Promise<void> {
      await db.deleteFrom('artifacts').where('expires_at', '<', new Date(clock().getTime() - 3_600_000)).execute()
    },
  }
}
