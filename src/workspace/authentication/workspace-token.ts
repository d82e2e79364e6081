import { createECDH, createPrivateKey, createPublicKey, createHash, type KeyObject } from 'node:crypto'
import { jwtVerify, SignJWT } from 'jose'
import type { Keys } from '#base/keys.ts'

export type WorkspaceTokens = ReturnType<typeof workspaceTokens>
export const accessTokenSeconds = 3600

/** OAuth access tokens of one workspace: JWTs signed with a P-256 key that is derived from the master key. */
export function workspaceTokens(keys: Keys, workspaceId: string, url: string) {
  const { privateKey, publicKey, kid } = signingKey(keys.derive(`workspace-oauth:${workspaceId}`))
  const issuer = `${url}/oidc`
  return {
    issuer,
    jwks: { keys: [{ ...publicKey.export({ format: 'jwk' }), kid, alg: 'ES256', use: 'sig' }] },
    sign: (userId: number, clientId: string, scope: string, now: Date): Promise<string> =>
      new SignJWT({ client_id: clientId, scope })
        .setProtectedHeader({ alg: 'ES256', kid, typ: 'at+jwt' })
        .setIssuer(issuer)
        .setAudience(workspaceId)
        .setSubject(String(userId))
        .setJti(crypto.randomUUID())
        .setIssuedAt(now)
        .setExpirationTime(Math.floor(now.getTime() / 1000) + accessTokenSeconds)
        .sign(privateKey),
    /** The user's id, or null when the token is not ours, changed or over. */
    async verify(token: string, now: Date): Promise<number | null> {
      const verified = await jwtVerify(token, publicKey, { issuer, audience: workspaceId, currentDate: now }).catch(() => null)
      return verified?.payload.sub === undefined ? null : Number(verified.payload.sub)
    },
  }
}

function signingKey(seed: Buffer): { privateKey: KeyObject; publicKey: KeyObject; kid: string } {
  const ecdh = createECDH('prime256v1')
  ecdh.setPrivateKey(seed)
  const point = ecdh.getPublicKey() // 0x04, x, y
  const jwk = {
    kty: 'EC',
    crv: 'P-256',
    d: seed.toString('base64url'),
    x: point.subarray(1, 33).toString('base64url'),
    y: point.subarray(33).toString('base64url'),
  }
  const privateKey = createPrivateKey({ key: jwk, format: 'jwk' })
  return { privateKey, publicKey: createPublicKey(privateKey), kid: createHash('sha256').update(point).digest('base64url').slice(0, 16) }
}
