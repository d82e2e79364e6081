import type { Workspaces, WorkspacesDeps } from './contract.ts'

export type * from './contract.ts'
export { loginRedirectUri } from './contract.ts'

/** Opens the room of all workspaces on its tables (schema `workspace`). `work.start()` comes after it. */
export async function openWorkspaces(_deps: WorkspacesDeps): Promise<Workspaces> {
  throw new Error('The workspaces are being built.')
}
