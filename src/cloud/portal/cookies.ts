import type { Keys } from '#base/keys.ts'

/**
 * A sealed cookie of the portal. Cookies are not separated by port, and several installations share the host
 * `localhost`: the name carries the tenant.
 */
export function portalCookie(keys: Pick<Keys, 'seal' | 'open'>, kind: 'session' | 'sign-in', tenantId: string, path: string, seconds: number) {
  const name = `brickyard-portal-${tenantId.slice(0, 8)}-${kind}`
  const purpose = `cookie:${name}`
  const attributes = `Path=${path}; HttpOnly; Secure; SameSite=Lax`
  return {
    name,
    set: (value: string): string => `${name}=${keys.seal(purpose, value)}; ${attributes}; Max-Age=${seconds}`,
    clear: `${name}=; ${attributes}; Max-Age=0`,
    /** Undefined when there is none, or when it was not sealed by us. */
    read(header: string | undefined): string | undefined {
      const value = header?.split(/;\s*/).find((each) => each.startsWith(`${name}=`))?.slice(name.length + 1)
      if (!value) return undefined
      try {
        return keys.open(purpose, value)
      } catch {
        return undefined
      }
    },
  }
}
