import { sql, type Kysely } from 'kysely'
import type { Clock } from '#base/clock.ts'
import type { Tables } from '../workspace.ts'
import type { Access } from './access.ts'
import type { ObjectRow, ObjectStore } from './store.ts'
import type { Caller, Tx } from './tree.ts'

export type Deps = {
  db: Kysely<Tables>
  workspaceId: string
  store: ObjectStore
  access: Access
  clock: Clock
  inTransaction: <T>(change: (tx: Tx) => Promise<T>) => Promise<T>
}
type Member = Pick<Caller, 'id' | 'userName'>

/** The folders that are there without anybody making them: the root, /Shared, /Users and the members' homes. */
export const homes = ({ db, workspaceId, store, access, clock, inTransaction }: Deps) => {
  const housed = new Map<number, string>()
  let ready: Promise<number> | undefined
  const members = () => db.selectFrom('users').select(['id', 'user_name as userName']).where('workspace_id', '=', workspaceId)

  /** The folder of that name, made when it is not there. `made` runs in the transaction that makes it. */
  async function folder(parentId: number | null, name: string, made?: (tx: Tx, row: ObjectRow) => Promise<void>): Promise<ObjectRow> {
    const there = await store.child(parentId, name)
    if (there) return there
    await inTransaction(async (tx) => {
      const row = await store.insert({ parent_id: parentId, name, type: 'DIRECTORY' }, clock(), tx)
      if (row) await made?.(tx, row)
    })
    const row = await store.child(parentId, name)
    if (!row) throw new Error(`Folder ${name} was made and is not there`)
    return row
  }

  async function makeHalls(): Promise<number> {
    const root = await folder(null, '')
    const users = await folder(root.object_id, 'Users')
    await folder(root.object_id, 'Shared', access.openToAll)
    return users.object_id
  }
  /** The id of /Users. */
  const halls = (): Promise<number> =>
    (ready ??= makeHalls().catch((error: unknown) => {
      ready = undefined
      throw error
    }))

  async function settle(tx: Tx, home: ObjectRow, member: Member): Promise<void> {
    await store.update(home.object_id, { created_by: member.id }, tx)
    await access.created(tx, member, home)
  }
  const isThere = async (id: number | null) => id !== null && (await members().where('id', '=', id).executeTakeFirst()) !== undefined

  async function house(member: Member): Promise<void> {
    const users = await halls()
    if (housed.get(member.id) === member.userName || member.userName.includes('/')) return
    const home = await folder(users, member.userName, (tx, row) => settle(tx, row, member))
    // Somebody who comes back under the name of a removed member gets the home of that name.
    if (home.created_by !== member.id && !(await isThere(home.created_by))) await inTransaction((tx) => settle(tx, home, member))
    housed.set(member.id, member.userName)
  }

  return {
    /** Whether a folder is /Users: what is made in it belongs to the member of that name, now or later. */
    isOfHomes: async (folderId: number | null): Promise<boolean> => folderId === (await halls()),
    /** The halls and the caller's own home are there, whoever comes first. */
    enter: house,
    /** The home of a member who has not come yet. */
    async prepare(userName: string): Promise<boolean> {
      const member = await members().where('user_name', '=', userName).executeTakeFirst()
      if (!member || housed.has(member.id)) return false
      await house(member)
      return true
    },
    /** Everybody's. */
    async prepareAll(): Promise<void> {
      for (const member of await members().execute()) if (!housed.has(member.id)) await house(member)
    },
    /** Whether a member of the workspace has this name, and so this home. */
    isMember: async (userName: string): Promise<boolean> =>
      (await members()
        .where(sql`lower(user_name)`, '=', userName.toLowerCase())
        .executeTakeFirst()) !== undefined,
  }
}
