import type { Kysely } from 'kysely'
import { migrate } from '#base/db.ts'
import { testDatabase } from '#base/testing/database.ts'
import type { WorkspaceRecord } from '../contract.ts'
import { asCaller, userStore } from '../identity/store.ts'
import { migrations } from '../migrations.ts'
import type { Tables } from '../workspace.ts'

/** An invented workspace for tests of single rooms. */
export const record: WorkspaceRecord = {
  workspaceId: '4242',
  name: 'flights',
  armId: '/subscriptions/s/resourceGroups/g/providers/Microsoft.Databricks/workspaces/flights',
  managedResourceGroupId: '/subscriptions/s/resourceGroups/m',
  subscriptionId: 's',
  location: 'local',
  tier: 'premium',
  url: 'https://localhost:27010',
  port: 27010,
  storage: { account: 'dbstorage', container: 'root', dfsEndpoint: 'https://localhost:27002' },
  network: { vnetId: 'v', publicSubnetId: 'a', privateSubnetId: 'b', nsgId: 'n' },
  createdBy: 'creator',
  tags: {},
}

/** The workspace's tables on a fresh real database, a clock that stands still until it is told, and members. */
export async function testRoom() {
  const { database, close } = await testDatabase()
  await migrate(database, 'workspace', migrations)
  const db: Kysely<Tables> = database.schema<Tables>('workspace')
  let now = Date.parse('2026-01-02T03:04:05Z')
  const users = userStore(db, record.workspaceId)
  return {
    db,
    users,
    close,
    clock: () => new Date(now),
    pass: (ms: number) => {
      now += ms
    },
    async member(userName: string, admin = false) {
      const user = await users.insert({
        kind: 'user',
        oid: `oid-${userName}`,
        app_id: null,
        user_name: userName,
        display_name: userName,
        admin,
        entitlements: [],
      })
      if (!user) throw new Error(`${userName} exists`)
      return asCaller(user, 'token')
    },
  }
}
