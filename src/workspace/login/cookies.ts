import { sealedCookie, type SealedCookie } from '#base/http/sealed-cookie.ts'
import type { Keys } from '#base/keys.ts'

/** Cookies of one workspace. All workspaces of a machine share the host `localhost`, so the name carries the id. */
export const workspaceCookie = (keys: Keys, kind: 'session' | 'login', workspaceId: string, path: string, seconds: number): SealedCookie =>
  sealedCookie(keys, `brickyard_${kind}_${workspaceId}`, path, seconds)
