import type { Keys } from '../keys.ts'

export type SealedCookie = ReturnType<typeof sealedCookie>

/**
 * A cookie that only we can read. Cookies know no ports, and much answers on `localhost`: `name` must carry whose it is.
 * Loopback counts as a secure place for browsers also without TLS, so Secure is always right.
 */
export function sealedCookie(keys: Pick<Keys, 'seal' | 'open'>, name: string, path: string, seconds: number) {
  const purpose = `cookie:${name}`
  const attributes = `Path=${path}; HttpOnly; Secure; SameSite=Lax`
  return {
    set: (value: string): string => `${name}=${keys.seal(purpose, value)}; ${attributes}; Max-Age=${seconds}`,
    clear: `${name}=; ${attributes}; Max-Age=0`,
    /** Undefined when there is none or it was not sealed by us. */
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
