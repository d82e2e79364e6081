import type { Directory, Held } from '../people.ts'
import type { GroupRow, UserRow } from '../store.ts'
import type { Resource } from './resource.ts'

const core = (name: string) => `urn:ietf:params:scim:schemas:core:2.0:${name}`
const values = (list: readonly string[]) => list.map((value) => ({ value }))
const place = (group: Pick<GroupRow, 'id' | 'display_name'>, direct: boolean) => ({
  display: group.display_name,
  type: direct ? 'direct' : 'indirect',
  value: String(group.id),
  $ref: `Groups/${group.id}`,
})
/** Without a name of its own, the words of the name that is shown. */
function nameOf(user: UserRow) {
  if (user.name) return user.name
  const [givenName, ...family] = user.display_name.split(' ')
  const familyName = family.join(' ')
  return { ...(givenName ? { givenName } : {}), ...(familyName ? { familyName } : {}) }
}

/**
 * A user or service principal. Source: iam.User and iam.ServicePrincipal in databricks-sdk-py. Entitlements are their own;
 * `effective` adds those of groups. `held` is asked when the groups are: of thousands that a filter reads, few are shown.
 */
export function asMember(user: UserRow, held: () => readonly Held[], effective = false): Resource {
  const given = effective ? held().flatMap(({ group }) => group.entitlements) : []
  const externalId = user.external_id ?? user.oid
  const common = {
    id: String(user.id),
    ...(externalId === null ? {} : { externalId }),
    displayName: user.display_name,
    active: user.active,
    entitlements: values([...new Set([...user.entitlements, ...given])].toSorted()),
    roles: values(user.roles),
  }
  const groups = () => held().map(({ group, direct }) => place(group, direct))
  if (user.kind === 'service_principal')
    return {
      ...common,
      schemas: [core('ServicePrincipal')],
      applicationId: user.app_id ?? user.user_name,
      get groups() {
        return groups()
      },
    }
  return {
    ...common,
    get groups() {
      return groups()
    },
    schemas: [core('User'), 'urn:ietf:params:scim:schemas:extension:workspace:2.0:User'],
    userName: user.user_name,
    name: nameOf(user),
    emails: user.emails ?? [{ type: 'work', value: user.user_name, primary: true }],
  }
}

/** Source: iam.Group in databricks-sdk-py. */
export function asGroup(group: GroupRow, directory: Directory): Resource {
  const { users, groups } = directory.membersOf(group)
  return {
    schemas: [core('Group')],
    id: String(group.id),
    displayName: group.display_name,
    ...(group.external_id === null ? {} : { externalId: group.external_id }),
    meta: { resourceType: 'WorkspaceGroup' },
    entitlements: values(group.entitlements),
    roles: values(group.roles),
    groups: directory.parents(group).map((each) => place(each, true)),
    members: [
      ...users.map((user) => ({
        display: user.display_name,
        value: String(user.id),
        $ref: `${user.kind === 'user' ? 'Users' : 'ServicePrincipals'}/${user.id}`,
      })),
      ...groups.map((each) => ({ display: each.display_name, value: String(each.id), $ref: `Groups/${each.id}` })),
    ],
  }
}
