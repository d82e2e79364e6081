// The x509 library wants this polyfill loaded before it. Both are loaded only when a certificate has to be made.
import 'reflect-metadata'
import { isIP } from 'node:net'
import * as x509 from '@peculiar/x509'

/** PEM texts of a private key (PKCS #8) and its certificate. */
export type Made = { key: string; cert: string }

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const
const day = 24 * 3600 * 1000
x509.cryptoProvider.set(crypto)

/** A certificate authority of one's own, valid for ten years, that can sign servers but no further authorities. */
export async function makeAuthority(): Promise<Made> {
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const ca = await x509.X509CertificateGenerator.createSelfSigned({
    name: `CN=Brickyard local authority ${serial().slice(0, 8)}`,
    serialNumber: serial(),
    notBefore: new Date(Date.now() - day),
    notAfter: new Date(Date.now() + 3650 * day),
    keys,
    signingAlgorithm: algorithm,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  })
  return { key: await exportKey(keys.privateKey), cert: ca.toString('pem') }
}

/** A server certificate for host names and addresses, signed by `authority`. */
export async function makeServer(authority: Made, names: readonly string[]): Promise<Made> {
  const ca = new x509.X509Certificate(authority.cert)
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const leaf = await x509.X509CertificateGenerator.create({
    subject: `CN=${names[0]}`,
    issuer: ca.subject,
    serialNumber: serial(),
    notBefore: new Date(Date.now() - day),
    notAfter: new Date(Date.now() + 397 * day), // the longest that browsers accept
    publicKey: keys.publicKey,
    signingKey: await importKey(authority.key),
    signingAlgorithm: algorithm,
    extensions: [
      new x509.BasicConstraintsExtension(false),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(names.map((value) => ({ type: isIP(value) ? ('ip' as const) : ('dns' as const), value }))),
      await x509.AuthorityKeyIdentifierExtension.create(ca),
    ],
  })
  return { key: await exportKey(keys.privateKey), cert: leaf.toString('pem') }
}

// A positive 16-byte serial: a leading bit of one would make it negative in DER.
const serial = () => Buffer.from(crypto.getRandomValues(new Uint8Array(16))).toString('hex').replace(/^[089a-f]/, '1')

async function exportKey(key: CryptoKey): Promise<string> {
  return x509.PemConverter.encode(await crypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY')
}

async function importKey(pem: string): Promise<CryptoKey> {
  const bytes = x509.PemConverter.decode(pem)[0]
  if (!bytes) throw new Error('The key of the certificate authority is damaged.')
  return crypto.subtle.importKey('pkcs8', bytes, algorithm, false, ['sign'])
}
