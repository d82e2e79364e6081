import { X509Certificate } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export type Certificate = { key: string; cert: string }
export type Authority = {
  caPem: string
  /** A PEM file that clients can be pointed at (REQUESTS_CA_BUNDLE, NODE_EXTRA_CA_CERTS). */
  caFile: string
  /** A server certificate (with its chain) for host names and addresses; made once and renewed before it ends. */
  issue(names: readonly string[]): Promise<Certificate>
}

const renewBefore = 30 * 24 * 3600 * 1000

/** The instance's own certificate authority in `<dataDir>/tls`, made on first start. Keys are 0600. */
export async function openAuthority(dataDir: string): Promise<Authority> {
  const folder = join(dataDir, 'tls')
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const caFile = join(folder, 'ca.pem')
  const keyFile = join(folder, 'ca-key.pem')
  if (!existsSync(caFile)) {
    const made = await (await import('./certificates.ts')).makeAuthority()
    writeWhole(keyFile, made.key)
    writeWhole(caFile, made.cert) // last: its presence says that the key is whole
  }
  const authority = { key: readFileSync(keyFile, 'utf8'), cert: readFileSync(caFile, 'utf8') }
  return {
    caPem: authority.cert,
    caFile,
    async issue(names) {
      const file = join(folder, `${names.join('_').replaceAll(/[^a-zA-Z0-9._-]/g, '-')}.pem`)
      const stored = existsSync(file) ? readFileSync(file, 'utf8').split(separator) : []
      let [key, cert] = stored
      if (!key || !cert || Date.parse(new X509Certificate(cert).validTo) < Date.now() + renewBefore) {
        ;({ key, cert } = await (await import('./certificates.ts')).makeServer(authority, names))
        writeWhole(file, `${key}${separator}${cert}`)
      }
      return { key, cert: `${cert}\n${authority.cert}` }
    },
  }
}

const separator = '\n\n'

function writeWhole(file: string, text: string): void {
  writeFileSync(`${file}.new`, text, { mode: 0o600, flush: true })
  renameSync(`${file}.new`, file)
}
