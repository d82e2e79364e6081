import { createPrivateKey, createPublicKey, hkdfSync } from 'node:crypto'

/**
 * The SSH key that Azure wants for a Linux machine without a password. Nobody holds its private half: it is derived where
 * it is used up, the same for the same cluster, because a machine's key cannot be changed by a repeated PUT.
 */
export function machinePublicKey(secret: Buffer, clusterId: string): string {
  const seed = Buffer.from(hkdfSync('sha256', secret, '', `ssh:${clusterId}`, 32))
  // PKCS #8 of an Ed25519 key is this prefix and the 32 bytes (RFC 8410 §7).
  const privateKey = createPrivateKey({
    key: Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]),
    format: 'der',
    type: 'pkcs8',
  })
  const { x = '' } = createPublicKey(privateKey).export({ format: 'jwk' })
  const field = (bytes: Buffer) => Buffer.concat([Buffer.from([0, 0, 0, bytes.length]), bytes])
  return `ssh-ed25519 ${Buffer.concat([field(Buffer.from('ssh-ed25519')), field(Buffer.from(x, 'base64url'))]).toString('base64')} brickyard`
}
