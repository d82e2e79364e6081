import { createHash, randomBytes } from 'node:crypto'
import type { Kysely } from 'kysely'
import { z } from 'zod'
import type { Clock } from '#base/clock.ts'
import type { Keys } from '#base/keys.ts'
import type { Tables } from '../store/tables.ts'

const held = z.object({ token: z.string(), until: z.number() })
/** What the directory gave for one sign-in. Access tokens by the resource they are for. */
const Tokens = z.object({ refresh: z.string(), id: z.string(), access: z.record(z.string(), held) })
export type Tokens = z.infer<typeof Tokens>
export type Person = { oid: string; upn: string; name: string }
export type PortalSession = { hash: string; person: Person; tokens: Tokens }
export const sessionSeconds = 12 * 3600

const hashOf = (secret: string): string => createHash('sha256').update(secret).digest('base64url')
const purpose = (hash: string): string => `portal tokens:${hash}`

/** Sessions in the database: signing out ends them at once, everywhere; a restart does not. */
export const portalSessions = (db: Kysely<Tables>, keys: Pick<Keys, 'seal' | 'open'>, clock: Clock) => ({
  /** The secret for the cookie. */
  async begin(person: Person, tokens: Tokens): Promise<string> {
    const secret = randomBytes(32).toString('base64url')
    const hash = hashOf(secret)
    const now = clock()
    await db.deleteFrom('portal_sessions').where('expires_at', '<', now).execute()
    await db.insertInto('portal_sessions').values({
      hash, ...person, tokens: keys.seal(purpose(hash), JSON.stringify(tokens)), created_at: now, expires_at: new Date(now.getTime() + sessionSeconds * 1000),
    }).execute()
    return secret
  },
  async find(secret: string): Promise<PortalSession | null> {
    const row = await db.selectFrom('portal_sessions').selectAll().where('hash', '=', hashOf(secret)).where('expires_at', '>', clock()).executeTakeFirst()
    if (!row) return null
    const { hash, oid, upn, name } = row
    return { hash, person: { oid, upn, name }, tokens: Tokens.parse(JSON.parse(keys.open(purpose(hash), row.tokens))) }
  },
  async keep(hash: string, tokens: Tokens): Promise<void> {
    await db.updateTable('portal_sessions').set({ tokens: keys.seal(purpose(hash), JSON.stringify(tokens)) }).where('hash', '=', hash).execute()
  },
  async end(hash: string): Promise<void> {
    await db.deleteFrom('portal_sessions').where('hash', '=', hash).execute()
  },
})
export type PortalSessions = ReturnType<typeof portalSessions>
