import { implementFor, mustBeAdmin } from '../caller.ts'
import { identityApi } from './api.ts'
import type { Members } from './members.ts'

export const identityRoutes = ({ me, users, servicePrincipals, groups }: Members) =>
  implementFor(identityApi, {
    me: ({ caller }) => me(caller),
    users: ({ query }) => users.list(query),
    user: ({ params, query }) => users.get(Number(params.id), query),
    addUser({ caller, body }) {
      mustBeAdmin(caller, 'add users')
      return users.add(body)
    },
    replaceUser({ caller, params, body }) {
      mustBeAdmin(caller, 'change users')
      return users.replace(Number(params.id), body)
    },
    patchUser({ caller, params, body }) {
      mustBeAdmin(caller, 'change users')
      return users.patch(Number(params.id), body.Operations)
    },
    removeUser({ caller, params }) {
      mustBeAdmin(caller, 'remove users')
      return users.remove(Number(params.id))
    },
    servicePrincipals: ({ query }) => servicePrincipals.list(query),
    servicePrincipal: ({ params, query }) => servicePrincipals.get(Number(params.id), query),
    addServicePrincipal({ caller, body }) {
      mustBeAdmin(caller, 'add service principals')
      return servicePrincipals.add(body)
    },
    replaceServicePrincipal({ caller, params, body }) {
      mustBeAdmin(caller, 'change service principals')
      return servicePrincipals.replace(Number(params.id), body)
    },
    patchServicePrincipal({ caller, params, body }) {
      mustBeAdmin(caller, 'change service principals')
      return servicePrincipals.patch(Number(params.id), body.Operations)
    },
    removeServicePrincipal({ caller, params }) {
      mustBeAdmin(caller, 'remove service principals')
      return servicePrincipals.remove(Number(params.id))
    },
    groups: ({ query }) => groups.list(query),
    group: ({ params, query }) => groups.get(Number(params.id), query),
    addGroup({ caller, body }) {
      mustBeAdmin(caller, 'add groups')
      return groups.add(body)
    },
    replaceGroup({ caller, params, body }) {
      mustBeAdmin(caller, 'change groups')
      return groups.replace(Number(params.id), body)
    },
    patchGroup({ caller, params, body }) {
      mustBeAdmin(caller, 'change groups')
      return groups.patch(Number(params.id), body.Operations)
    },
    removeGroup({ caller, params }) {
      mustBeAdmin(caller, 'remove groups')
      return groups.remove(Number(params.id))
    },
  })
