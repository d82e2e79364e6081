import { Problem } from '#base/problem.ts'
import { implementFor, mustBeAdmin } from '../caller.ts'
import { identityApi } from './api.ts'
import { asMember, page } from './scim.ts'
import type { Identity } from './service.ts'
import type { UserRow } from './store.ts'

export const identityRoutes = (identity: Identity) => {
  const { store } = identity
  async function found(id: string, kind: UserRow['kind']): Promise<UserRow> {
    const user = await store.byId(Number(id))
    if (user?.kind !== kind) throw new Problem('not_found', `${kind === 'user' ? 'User' : 'Service principal'} with id ${id} not found.`)
    return user
  }
  return implementFor(identityApi, {
    async me({ caller }) {
      const user = await store.byId(caller.id)
      if (!user) throw new Problem('unauthenticated', 'This account was removed from the workspace.')
      return asMember(user)
    },
    users: async ({ query }) => page(await store.list('user'), query),
    user: async ({ params }) => asMember(await found(params.id, 'user')),
    async addUser({ caller, body }) {
      mustBeAdmin(caller, 'add users')
      const entitlements = (body.entitlements ?? []).map((each) => each.value)
      return asMember(
        await identity.add({
          kind: 'user',
          oid: null,
          app_id: null,
          user_name: body.userName,
          display_name: body.displayName ?? body.userName,
          admin: false,
          entitlements,
        }),
      )
    },
    async removeUser({ caller, params }) {
      mustBeAdmin(caller, 'remove users')
      await remove(caller.id, await found(params.id, 'user'))
    },
    servicePrincipals: async ({ query }) => page(await store.list('service_principal'), query),
    servicePrincipal: async ({ params }) => asMember(await found(params.id, 'service_principal')),
    async addServicePrincipal({ caller, body }) {
      mustBeAdmin(caller, 'add service principals')
      const entitlements = (body.entitlements ?? []).map((each) => each.value)
      return asMember(
        await identity.add({
          kind: 'service_principal',
          oid: null,
          app_id: body.applicationId,
          user_name: body.applicationId,
          display_name: body.displayName ?? body.applicationId,
          admin: false,
          entitlements,
        }),
      )
    },
    async removeServicePrincipal({ caller, params }) {
      mustBeAdmin(caller, 'remove service principals')
      await remove(caller.id, await found(params.id, 'service_principal'))
    },
  })

  async function remove(callerId: number, user: UserRow): Promise<void> {
    if (user.id === callerId) throw new Problem('invalid', 'You cannot remove yourself from the workspace.')
    await store.remove(user.id)
  }
}
