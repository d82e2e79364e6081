import { createLocalJWKSet, errors, jwtVerify } from 'jose'
import { z } from 'zod'
import type { Clock } from '#base/clock.ts'
import { Problem } from '#base/problem.ts'
import type { Claims } from '../contract.ts'
import type { Db } from '../tables.ts'
import type { SigningKeys } from './signing-keys.ts'

/** What our access tokens carry. `epoch` is ours: the account's number of "end all sessions" when the token was issued. */
const tokenClaims = z.object({
  oid: z.string(),
  tid: z.string(),
  aud: z.string(),
  appid: z.string(),
  idtyp: z.enum(['user', 'app']),
  upn: z.string().optional(),
  name: z.string().optional(),
  scp: z.string().optional(),
  epoch: z.number(),
  iat: z.number(),
  exp: z.number(),
})
type Parsed = z.infer<typeof tokenClaims>

const refused = (message: string, detail?: string) => new Problem('unauthenticated', message, detail === undefined ? {} : { detail })

/** Checks access tokens for all rooms of this process: signature, times, audience, and that nothing behind it was taken back. */
export function tokenVerifier({ db, clock, signingKeys, issuer }: { db: Db; clock: Clock; signingKeys: SigningKeys; issuer: string }) {
  let known: ReturnType<typeof createLocalJWKSet> | undefined
  const load = async () => createLocalJWKSet({ keys: (await signingKeys.published()).map((key) => ({ ...key, kty: 'RSA' })) }) // the type of a JWK leaves kty open
  const signed = async (token: string) => {
    const options = { issuer, algorithms: ['RS256'], currentDate: clock(), clockTolerance: 5 }
    known ??= await load()
    try {
      return await jwtVerify(token, known, options)
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error
      known = await load() // the key may be newer than what we know
      return jwtVerify(token, known, options)
    }
  }
  return async (token: string, audience: readonly string[]): Promise<Claims> => {
    const claims = await signed(token).then(({ payload }) => tokenClaims.safeParse(payload).data, (error: unknown) => {
      if (error instanceof errors.JWTExpired) throw refused('The access token has expired. Sign in again, or use the refresh token.')
      throw refused('The access token is not valid.', error instanceof Error ? error.message : String(error))
    })
    if (!claims) throw refused('The access token is not valid.', 'claims are missing')
    const wanted = audience.map(bare)
    if (!wanted.includes(bare(claims.aud))) throw refused(`The access token is for '${claims.aud}', not for '${audience[0] ?? ''}'.`)
    await mustStillHold(db, claims)
    const { epoch: _, ...visible } = claims
    return Object.fromEntries(Object.entries(visible).filter(([, value]) => value !== undefined)) as Claims // exactOptionalPropertyTypes: absent, not undefined
  }
}

const bare = (audience: string) => audience.replace(/\/$/, '').toLowerCase()

async function mustStillHold(db: Db, { oid, appid, idtyp, epoch }: Parsed): Promise<void> {
  if (idtyp === 'app') {
    const row = await db.selectFrom('service_principals').select(['enabled', 'token_epoch']).where('id', '=', oid).executeTakeFirst()
    if (!row?.enabled || row.token_epoch !== epoch) throw refused('The application of this access token is disabled or gone.')
    return
  }
  const row = await db.selectFrom('users').leftJoin('applications', (join) => join.on('app_id', '=', appid))
    .select((eb) => ['enabled', 'token_epoch', 'first_party', eb.exists(eb.selectFrom('consents').select('id').where('user_id', '=', oid).where('app_id', '=', appid)).as('consented')])
    .where('users.id', '=', oid).executeTakeFirst()
  if (!row?.enabled) throw refused('The account of this access token is disabled or gone.')
  if (row.token_epoch !== epoch) throw refused('The sessions of this account were ended. Sign in again.')
  if (!row.first_party && !row.consented) throw refused('The consent for this application was revoked. Sign in again to give it anew.')
}
