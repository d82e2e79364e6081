import { implementFor, mustBeAdmin, type WorkspaceCaller } from '../caller.ts'
import { identityApi } from './api.ts'
import type { Members } from './members.ts'

/** For administrators alone; `verb` completes "Only workspace administrators may …". */
const asAdmin =
  <In extends { caller: WorkspaceCaller }, Out>(verb: string, act: (input: In) => Out) =>
  (input: In): Out => {
    mustBeAdmin(input.caller, verb)
    return act(input)
  }

export const identityRoutes = ({ me, users, servicePrincipals, groups }: Members) =>
  implementFor(identityApi, {
    me: ({ caller }) => me(caller),
    users: ({ query }) => users.list(query),
    user: ({ params, query }) => users.get(Number(params.id), query),
    addUser: asAdmin('add users', ({ body }) => users.add(body)),
    replaceUser: asAdmin('change users', ({ params, body }) => users.replace(Number(params.id), body)),
    patchUser: asAdmin('change users', ({ params, body }) => users.patch(Number(params.id), body.Operations)),
    removeUser: asAdmin('remove users', ({ params }) => users.remove(Number(params.id))),
    servicePrincipals: ({ query }) => servicePrincipals.list(query),
    servicePrincipal: ({ params, query }) => servicePrincipals.get(Number(params.id), query),
    addServicePrincipal: asAdmin('add service principals', ({ body }) => servicePrincipals.add(body)),
    replaceServicePrincipal: asAdmin('change service principals', ({ params, body }) => servicePrincipals.replace(Number(params.id), body)),
    patchServicePrincipal: asAdmin('change service principals', ({ params, body }) => servicePrincipals.patch(Number(params.id), body.Operations)),
    removeServicePrincipal: asAdmin('remove service principals', ({ params }) => servicePrincipals.remove(Number(params.id))),
    groups: ({ query }) => groups.list(query),
    group: ({ params, query }) => groups.get(Number(params.id), query),
    addGroup: asAdmin('add groups', ({ body }) => groups.add(body)),
    replaceGroup: asAdmin('change groups', ({ params, body }) => groups.replace(Number(params.id), body)),
    patchGroup: asAdmin('change groups', ({ params, body }) => groups.patch(Number(params.id), body.Operations)),
    removeGroup: asAdmin('remove groups', ({ params }) => groups.remove(Number(params.id))),
  })
