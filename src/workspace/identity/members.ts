import type { WorkspaceCaller } from '../caller.ts'
import { Problem } from '#base/problem.ts'
import { Group, Me, ServicePrincipal, User } from './api.ts'
import { mustBeGroup, type PeopleChanges } from './changes.ts'
import type { Held } from './people.ts'
import { patched, type Operation } from './scim/patch.ts'
import { attributes, member, refused, type Resource } from './scim/resource.ts'
import { asGroup, asMember } from './scim/show.ts'
import { page, shaped, type Asked, type Shape } from './scim/view.ts'
import { GroupWish, ServicePrincipalWish, UserWish, wishOf } from './scim/wishes.ts'
import type { StandingUser, UserRow, UserStore } from './store.ts'

type Sent = Readonly<Record<string, unknown>>
export type Members = ReturnType<typeof memberService>

/** Users and service principals (which differ in a name) and groups, as SCIM asks for them. */
export const memberService = ({ store, people }: { store: UserStore; people: PeopleChanges }) => ({
  async me(caller: WorkspaceCaller) {
    const user = await store.byId(caller.id)
    if (!user) throw new Problem('unauthenticated', 'This account was removed from the workspace.')
    // Of a service principal too: the SDKs' `current_user.me().user_name` says who calls, whoever it is.
    return Me.parse({ userName: user.app_id ?? user.user_name, ...asMember(user, () => heldBy(user), true) })
  },
  users: ofKind('user', store, people),
  servicePrincipals: ofKind('service_principal', store, people),
  groups: groups(people),
})

function ofKind(kind: UserRow['kind'], store: UserStore, people: PeopleChanges) {
  const type = kind === 'user' ? 'User' : 'ServicePrincipal'
  const schema = kind === 'user' ? User : ServicePrincipal
  const Wish = kind === 'user' ? UserWish : ServicePrincipalWish
  const nameAttribute = kind === 'user' ? 'userName' : 'applicationId'

  async function get(id: number, shape: Shape = {}) {
    const user = await store.byId(id)
    if (user?.kind !== kind) throw new Problem('not_found', `${kind === 'user' ? 'User' : 'Service principal'} with id ${id} not found.`)
    return schema.parse(shaped(asMember(user, () => heldBy(user)), shape, type))
  }
  /** A name that nobody gave stays what is shown of the other attributes. */
  function wish(after: Resource, before: Resource) {
    const same = JSON.stringify(after.name) === JSON.stringify(before.name)
    return wishOf(Wish, { ...after, ...(same ? { name: undefined } : {}), groups: undefined })
  }

  return {
    get,
    async list(asked: Asked) {
      const directory = await people.read()
      const all = directory.users.filter((user) => user.kind === kind).map((user) => asMember(user, () => directory.groupsOf(user)))
      const found = page(all, asked, type)
      return { ...found, Resources: found.Resources.map((each) => schema.parse(each)) }
    },
    async add(sent: Sent) {
      const named = known(sent, type)
      const wanted = wishOf(Wish, named)
      const name = named[nameAttribute]
      if (typeof name !== 'string' || name.trim() === '') throw refused('invalidValue', `Missing required field: ${nameAttribute}`, nameAttribute)
      if (name.includes('/')) throw refused('invalidValue', `Invalid value for field ${nameAttribute}: it contains /`, nameAttribute)
      const shown = 'name' in wanted ? [wanted.name?.givenName, wanted.name?.familyName].filter(Boolean).join(' ') : ''
      const row = { kind, app_id: kind === 'user' ? null : name.trim(), user_name: name.trim(), display_name: wanted.displayName ?? (shown || name.trim()) }
      return get(await people.addUser(row, wanted))
    },
    /** A replacement keeps what cannot be changed or was not said: name, state, and who they are. */
    async replace(id: number, sent: Sent) {
      await people.changeUser(id, kind, () => wishOf(Wish, { ...known(sent, type), groups: undefined }))
      return get(id)
    },
    async patch(id: number, operations: readonly Operation[]) {
      await people.changeUser(id, kind, (user, directory) => {
        const before = asMember(user, () => directory.groupsOf(user))
        return wish(patched(before, operations, type), before)
      })
      return get(id)
    },
    async remove(id: number) {
      await people.removeUser(id, kind)
    },
  }
}

function groups(people: PeopleChanges) {
  async function get(id: number, shape: Shape = {}) {
    const directory = await people.read()
    return Group.parse(shaped(asGroup(mustBeGroup(id, directory), directory), shape, 'Group'))
  }
  return {
    get,
    async list(asked: Asked) {
      const directory = await people.read()
      const found = page(directory.groups.map((group) => asGroup(group, directory)), asked, 'Group')
      return { ...found, Resources: found.Resources.map((each) => Group.parse(each)) }
    },
    async add(sent: Sent) {
      const wanted = wishOf(GroupWish, known(sent, 'Group'))
      if (wanted.displayName === undefined) throw refused('invalidValue', 'Missing required field: displayName', 'displayName')
      return get(await people.addGroup(wanted.displayName, wanted))
    },
    async replace(id: number, sent: Sent) {
      await people.changeGroup(id, () => wishOf(GroupWish, known(sent, 'Group')))
      return get(id)
    },
    async patch(id: number, operations: readonly Operation[]) {
      await people.changeGroup(id, (group, directory) => wishOf(GroupWish, patched(asGroup(group, directory), operations, 'Group')))
      return get(id)
    },
    remove: (id: number) => people.removeGroup(id),
  }
}

/** What was sent under the names as we write them; attributes that we do not have are left alone (RFC 7644 §3.3). */
const known = (sent: Sent, kind: keyof typeof attributes): Record<string, unknown> =>
  Object.fromEntries(attributes[kind].flatMap((name) => (member(sent, name) === undefined ? [] : [[name, member(sent, name)]])))

const heldBy = (user: StandingUser): Held[] =>
  user.standing.map(({ id, name, direct, entitlements }) => ({ group: { id, display_name: name, entitlements }, direct }))
