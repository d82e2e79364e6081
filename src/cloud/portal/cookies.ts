import { sealedCookie, type SealedCookie } from '#base/http/sealed-cookie.ts'
import type { Keys } from '#base/keys.ts'

/** Cookies of the portal. Several installations share the host `localhost`, so the name carries the tenant. */
export const portalCookie = (keys: Pick<Keys, 'seal' | 'open'>, kind: 'session' | 'sign-in', tenantId: string, path: string, seconds: number): SealedCookie =>
  sealedCookie(keys, `brickyard-portal-${tenantId.slice(0, 8)}-${kind}`, path, seconds)
