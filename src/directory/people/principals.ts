import type { Principal } from '../contract.ts'
import type { Db } from '../tables.ts'

/** Everything that a role can be given to: users, groups and service principals under one kind of id. */
export function principalReader({ db }: { db: Db }) {
  const read = async (oids?: readonly string[]): Promise<Principal[]> => {
    if (oids?.length === 0) return []
    const ids = oids ? [...oids] : undefined
    const users = await db.selectFrom('users').selectAll().$if(ids !== undefined, (query) => query.where('id', 'in', ids ?? [])).execute()
    const groups = await db.selectFrom('groups').selectAll().$if(ids !== undefined, (query) => query.where('id', 'in', ids ?? [])).execute()
    const apps = await db.selectFrom('service_principals').innerJoin('applications', 'applications.app_id', 'service_principals.app_id')
      .select(['service_principals.id as id', 'service_principals.app_id as appId', 'display_name as displayName', 'enabled'])
      .$if(ids !== undefined, (query) => query.where('service_principals.id', 'in', ids ?? [])).execute()
    return [
      ...users.map((row): Principal => ({ id: row.id, type: 'User', displayName: row.display_name, enabled: row.enabled, upn: row.upn })),
      ...groups.map((row): Principal => ({ id: row.id, type: 'Group', displayName: row.display_name, enabled: true })),
      ...apps.map((row): Principal => ({ ...row, type: 'ServicePrincipal' })),
    ]
  }
  return {
    find: async (oid: string): Promise<Principal | null> => (await read([oid]))[0] ?? null,
    findMany: (oids: readonly string[]) => read(oids),
    list: () => read(),
  }
}
