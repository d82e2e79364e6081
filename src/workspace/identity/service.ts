import { Problem } from '#base/problem.ts'
import type { WorkspaceRecord } from '../contract.ts'
import type { RoleOnWorkspace } from './roles.ts'
import type { NewUser, StandingUser, UserRow, UserStore } from './store.ts'

/** Someone the directory vouches for. */
export type Person = { oid: string; kind: UserRow['kind']; userName: string; displayName: string; appId: string | null }
export type IdentityDeps = {
  record: WorkspaceRecord
  store: UserStore
  roleOf: (oid: string, ownToken?: string) => Promise<RoleOnWorkspace>
}
export type Identity = ReturnType<typeof identityService>

/** Who is a member of the workspace, and how one becomes it. */
export const identityService = ({ record, store, roleOf }: IdentityDeps) => {
  const refuse = (person: Person): never => {
    throw new Problem(
      'forbidden',
      `${person.userName} has no access to workspace ${record.name}. ` +
        `An administrator of the workspace can add the account, or an owner of the resource can give it a role on ${record.name} in the portal.`,
    )
  }

  async function join(person: Person, admin: boolean): Promise<StandingUser> {
    const added = await store.insert({
      kind: person.kind,
      oid: person.oid,
      app_id: person.appId,
      user_name: person.userName,
      display_name: person.displayName,
      admin,
      entitlements: [],
    })
    const user = added ?? (await store.byOid(person.oid))
    if (!user) throw new Problem('conflict', `The name ${person.userName} belongs to another account of workspace ${record.name}.`)
    return user
  }

  /** Added by name beforehand: the first sign-in under that name takes it. */
  async function claim(person: Person): Promise<StandingUser | undefined> {
    const invited = await store.byName(person.kind === 'user' ? person.userName : (person.appId ?? person.userName))
    if (!invited || invited.oid !== null || invited.kind !== person.kind) return undefined
    await store.update(invited.id, {
      oid: person.oid,
      app_id: person.appId,
      display_name: invited.display_name === invited.user_name ? person.displayName : invited.display_name,
    })
    return store.byId(invited.id)
  }

  return {
    store,
    /**
     * The member this person is. Someone new gets in when they made the workspace, were added by an administrator or have
     * a role on the resource; owners and contributors administer it. `refresh` asks for roles again (at sign-in).
     */
    async admit(person: Person, options: { ownToken?: string; refresh?: boolean } = {}): Promise<StandingUser> {
      const known = (await store.byOid(person.oid)) ?? (await claim(person))
      if (known && !known.active) throw new Problem('forbidden', `${known.user_name} is deactivated in workspace ${record.name}.`)
      if (known && (known.admin || !options.refresh)) return known
      if (person.oid === record.createdBy) return known ? promote(known) : join(person, true)
      const role = await roleOf(person.oid, options.ownToken)
      if (known) return role === 'admin' ? promote(known) : known
      return role === 'none' ? refuse(person) : join(person, role === 'admin')
    },

    async add(user: NewUser): Promise<StandingUser> {
      const added = await store.insert(user)
      if (!added)
        throw new Problem('conflict', `${user.user_name} is already in workspace ${record.name}.`, {
          extra: { wireCode: 'RESOURCE_ALREADY_EXISTS' },
        })
      return added
    },
  }

  async function promote(user: StandingUser): Promise<StandingUser> {
    await store.update(user.id, { admin: true })
    return (await store.byId(user.id)) ?? user
  }
}
