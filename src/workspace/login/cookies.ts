import type { Keys } from '#base/keys.ts'

/** Cookies of one workspace. All workspaces of a machine share the host `localhost`, so the name carries the id. */
export function sealedCookie(keys: Keys, kind: 'session' | 'login', workspaceId: string, path: string, seconds: number) {
  const name = `brickyard_${kind}_${workspaceId}`
  const purpose = `cookie:${name}`
  // Loopback counts as a secure place for browsers also without TLS, so Secure is always right.
  const attributes = `Path=${path}; HttpOnly; Secure; SameSite=Lax`
  return {
    set: (value: string): string => `${name}=${keys.seal(purpose, value)}; ${attributes}; Max-Age=${seconds}`,
    clear: `${name}=; ${attributes}; Max-Age=0`,
    /** Undefined when there is none or it was not sealed by us. */
    read(header: string | undefined): string | undefined {
      const value = header
        ?.split(/;\s*/)
        .find((each) => each.startsWith(`${name}=`))
        ?.slice(name.length + 1)
      if (!value) return undefined
      try {
        return keys.open(purpose, value)
      } catch {
        return undefined
      }
    },
  }
}
