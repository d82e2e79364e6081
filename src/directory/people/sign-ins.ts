import { randomUUID } from 'node:crypto'
import type { Clock } from '#base/clock.ts'
import type { Log } from '#base/log.ts'
import type { SignIn } from '../contract.ts'
import type { AadError } from '../oidc/aadsts.ts'
import type { Facts } from '../oidc/facts.ts'
import type { Db } from '../tables.ts'

export type SignInLog = ReturnType<typeof signInLog>
export type Attempt = Partial<Omit<SignIn, 'id' | 'at' | 'flow' | 'resultCode' | 'correlationId'>> & Pick<SignIn, 'flow' | 'resultCode' | 'correlationId'>
const kept = 90 * 86_400_000

/** Who signed in or tried to, to what, from where, and what came of it. */
export function signInLog({ db, clock, log }: { db: Db; clock: Clock; log: Log }) {
  return {
    /** Never fails a sign-in: what cannot be written is in the log. */
    async record(attempt: Attempt): Promise<void> {
      const { userId = null, upn = null, appId = null, flow, resultCode, reason = null, address = null, userAgent = null, correlationId } = attempt
      const row = { id: randomUUID(), at: clock(), user_id: userId, upn, app_id: appId, flow, result_code: resultCode, reason, address, user_agent: userAgent?.slice(0, 300) ?? null, correlation_id: correlationId }
      try {
        await db.insertInto('sign_ins').values(row).execute()
      } catch (error) {
        log.error({ err: error, attempt: { upn, appId, flow, resultCode, address, correlationId } }, 'A sign-in could not be recorded')
      }
    },
    async list({ userId, appId, limit = 100 }: { userId?: string; appId?: string; limit?: number } = {}): Promise<SignIn[]> {
      let query = db.selectFrom('sign_ins').selectAll()
      if (userId !== undefined) query = query.where('user_id', '=', userId)
      if (appId !== undefined) query = query.where('app_id', '=', appId)
      const rows = await query.orderBy('at', 'desc').limit(limit).execute()
      return rows.map((row) => ({
        id: row.id,
        at: row.at,
        userId: row.user_id,
        upn: row.upn,
        appId: row.app_id,
        flow: row.flow,
        resultCode: row.result_code,
        reason: row.reason,
        address: row.address,
        userAgent: row.user_agent,
        correlationId: row.correlation_id,
      }))
    },
    async forgetOld(): Promise<void> {
      await db.deleteFrom('sign_ins').where('at', '<', new Date(clock().getTime() - kept)).execute()
    },
  }
}

/** Records what the token endpoint answered: who got a token, and who was refused. */
export const tokenLog = ({ signIns }: { signIns: SignInLog }) => (facts: Facts, appId: string, outcome: AadError | null, oid: string | null) =>
  signIns.record({
    flow: flows[facts.grantType ?? ''] ?? facts.grantType ?? 'token',
    appId,
    userId: oid,
    resultCode: outcome?.number ?? 0,
    reason: outcome?.text ?? null,
    address: facts.address,
    userAgent: facts.userAgent ?? null,
    correlationId: facts.trace.correlationId,
  })

const flows: Record<string, string> = { 'urn:ietf:params:oauth:grant-type:device_code': 'device_code' }
