import type { Caller, Handlers, Op, Room } from '#base/http/api.ts'
import { implement } from '#base/http/api.ts'
import { Problem } from '#base/problem.ts'

/** Who calls a workspace: a user or service principal that it knows. */
export type WorkspaceCaller = Caller & {
  /** Row id; `userId` is the same as text, as SCIM shows it. */
  id: number
  oid: string | null
  kind: 'user' | 'service_principal'
  displayName: string
  admin: boolean
  entitlements: readonly string[]
  /** How they proved it. */
  by: 'token' | 'oauth' | 'directory' | 'session'
}

/** `implement` for rooms whose callers are members of a workspace. */
export const implementFor = <A extends Record<string, Op>>(api: A, handlers: Handlers<A, WorkspaceCaller>): Room =>
  implement<WorkspaceCaller, A>(api, handlers)

export function mustBeAdmin(caller: WorkspaceCaller, verb: string): void {
  if (!caller.admin) throw new Problem('forbidden', `Only workspace administrators may ${verb}; ${caller.userName} is not one.`)
}
