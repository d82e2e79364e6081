import { randomUUID } from 'node:crypto'
import type { Clock } from '#base/clock.ts'
import { Problem } from '#base/problem.ts'
import { sql } from 'kysely'
import type { ServicePrincipal, ServicePrincipalStore } from '../contract.ts'
import type { Db } from '../tables.ts'

/** What an application is in this tenant: the principal that roles are given to. */
export function servicePrincipalStore({ db, clock }: { db: Db; clock: Clock }): ServicePrincipalStore {
  const rows = () =>
    db.selectFrom('service_principals').innerJoin('applications', 'applications.app_id', 'service_principals.app_id')
      .select(['service_principals.id as id', 'service_principals.app_id as appId', 'display_name as displayName', 'enabled', 'service_principals.created_at as createdAt'])
  const find = async (id: string): Promise<ServicePrincipal | null> =>
    (await rows().where((eb) => eb.or([eb('service_principals.id', '=', id), eb('service_principals.app_id', '=', id.toLowerCase())])).executeTakeFirst()) ?? null
  const must = async (id: string) => {
    const found = await find(id)
    if (!found) throw new Problem('not_found', `There is no service principal ${id} in the directory.`)
    return found
  }
  const setEnabled = async (id: string, enabled: boolean) => {
    const { id: oid } = await must(id)
    // Tokens issued before stay void after it is enabled again.
    await db.updateTable('service_principals').set({ enabled, token_epoch: sql`token_epoch + 1` }).where('id', '=', oid).execute()
  }
  return {
    find,
    async createServicePrincipal(appId) {
      const app = await db.selectFrom('applications').select('app_id').where('app_id', '=', appId.toLowerCase()).executeTakeFirst()
      if (!app) throw new Problem('not_found', `There is no application ${appId} in the directory.`)
      await db.insertInto('service_principals').values({ id: randomUUID(), app_id: app.app_id, enabled: true, created_at: clock() })
        .onConflict((conflict) => conflict.doNothing()).execute()
      return must(app.app_id)
    },
    list: () => rows().orderBy('display_name').execute(),
    disable: (id) => setEnabled(id, false),
    enable: (id) => setEnabled(id, true),
    async delete(id) {
      const { id: oid } = await must(id)
      await db.transaction().execute(async (tx) => {
        await tx.deleteFrom('group_members').where('member_id', '=', oid).execute()
        await tx.deleteFrom('role_members').where('member_id', '=', oid).execute()
        await tx.deleteFrom('service_principals').where('id', '=', oid).execute()
      })
    },
  }
}
