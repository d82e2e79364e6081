import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { join } from 'node:path'
import * as x509 from '@peculiar/x509'

export type Certificate = { key: string; cert: string }
export type Authority = {
  caPem: string
  /** A PEM file that clients can be pointed at (REQUESTS_CA_BUNDLE, NODE_EXTRA_CA_CERTS). */
  caFile: string
  /** A server certificate for host names and IP addresses, made once per set of names and renewed before it ends. */
  issue(names: readonly string[]): Promise<Certificate>
}

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const
const day = 24 * 3600 * 1000

/** The instance's own certificate authority in `<dataDir>/tls`, made on first start. Keys are 0600. */
export async function openAuthority(dataDir: string): Promise<Authority> {
  const folder = join(dataDir, 'tls')
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  x509.cryptoProvider.set(crypto)
  const caFile = join(folder, 'ca.pem')
  if (!existsSync(caFile)) await makeCa(folder)
  const caPem = readFileSync(caFile, 'utf8')
  const caKey = await importKey(readFileSync(join(folder, 'ca-key.pem'), 'utf8'))
  return { caPem, caFile, issue: (names) => serverCertificate(folder, new x509.X509Certificate(caPem), caKey, names) }
}

async function makeCa(folder: string): Promise<void> {
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
  // The certificate is written last: its presence says that the key is whole.
  writeWhole(join(folder, 'ca-key.pem'), await exportKey(keys.privateKey))
  writeWhole(join(folder, 'ca.pem'), ca.toString('pem'))
}

async function serverCertificate(folder: string, ca: x509.X509Certificate, caKey: CryptoKey, names: readonly string[]): Promise<Certificate> {
  const file = join(folder, `${names.join('_').replaceAll(/[^a-zA-Z0-9._-]/g, '-')}.pem`)
  if (existsSync(file)) {
    const stored = readFileSync(file, 'utf8')
    const [key, cert] = stored.split('\n---\n')
    if (key && cert && new x509.X509Certificate(cert).notAfter.getTime() > Date.now() + 30 * day) return { key, cert: cert + ca.toString('pem') }
  }
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const leaf = await x509.X509CertificateGenerator.create({
    subject: `CN=${names[0]}`,
    issuer: ca.subject,
    serialNumber: serial(),
    notBefore: new Date(Date.now() - day),
    notAfter: new Date(Date.now() + 397 * day), // the longest that browsers accept
    publicKey: keys.publicKey,
    signingKey: caKey,
    signingAlgorithm: algorithm,
    extensions: [
      new x509.BasicConstraintsExtension(false),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(names.map((value) => ({ type: isIP(value) ? ('ip' as const) : ('dns' as const), value }))),
      await x509.AuthorityKeyIdentifierExtension.create(ca),
    ],
  })
  const made = { key: await exportKey(keys.privateKey), cert: `${leaf.toString('pem')}\n` }
  writeWhole(file, `${made.key}\n---\n${made.cert}`)
  return { key: made.key, cert: made.cert + ca.toString('pem') }
}

const serial = () => Buffer.from(crypto.getRandomValues(new Uint8Array(16))).toString('hex').replace(/^[89a-f]/, '1')

async function exportKey(key: CryptoKey): Promise<string> {
  return x509.PemConverter.encode(await crypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY')
}

async function importKey(pem: string): Promise<CryptoKey> {
  const bytes = x509.PemConverter.decode(pem)[0]
  if (!bytes) throw new Error('tls/ca-key.pem is damaged')
  return crypto.subtle.importKey('pkcs8', bytes, algorithm, false, ['sign'])
}

function writeWhole(file: string, text: string): void {
  writeFileSync(`${file}.new`, text, { mode: 0o600, flush: true })
  renameSync(`${file}.new`, file)
}
