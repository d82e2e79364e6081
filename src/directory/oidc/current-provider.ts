import type Provider from 'oidc-provider'
import type { SigningKeys } from './signing-keys.ts'

/**
 * The provider that signs with the active key. Keys change a few times a year, from any process on this database:
 * then a new provider takes over, and since all state is in the database nobody notices.
 */
export function currentProvider({ signingKeys, build, lookEveryMs = 10_000 }: { signingKeys: SigningKeys; build(signing: { kid: string; jwks: JsonWebKey[] }): Provider; lookEveryMs?: number }) {
  let made: { kid: string; provider: Provider } | undefined
  let lookedAt = 0
  return {
    async get(): Promise<Provider> {
      if (made && Date.now() - lookedAt < lookEveryMs) return made.provider
      const signing = await signingKeys.signing()
      lookedAt = Date.now()
      if (made?.kid !== signing.kid) made = { kid: signing.kid, provider: build(signing) }
      return made.provider
    },
    /** Look at the keys before the next answer. */
    refresh(): void { lookedAt = 0 },
  }
}
export type CurrentProvider = ReturnType<typeof currentProvider>
