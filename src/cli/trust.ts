import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Where Linux distributions keep the authorities that everybody trusts. */
const system = ['/etc/ssl/certs/ca-certificates.crt', '/etc/pki/tls/certs/ca-bundle.crt', '/etc/ssl/ca-bundle.pem']

/**
 * Writes our own authority together with those that this machine trusts already: variables such as REQUESTS_CA_BUNDLE
 * replace the system's list, and a client that only knew ours could not reach anything else any more.
 */
export function writeBundle(dataDir: string, caFile: string, env: NodeJS.ProcessEnv): string {
  const known = [env.SSL_CERT_FILE, env.REQUESTS_CA_BUNDLE, env.NODE_EXTRA_CA_CERTS, ...system].find((file) => file !== undefined && file !== '' && existsSync(file) && !file.startsWith(dataDir))
  const bundle = join(dataDir, 'tls', 'bundle.pem')
  const parts = [readFileSync(caFile, 'utf8').trim(), ...(known === undefined ? [] : [readFileSync(known, 'utf8').trim()])]
  writeFileSync(`${bundle}.new`, `${parts.join('\n')}\n`, { mode: 0o644 })
  renameSync(`${bundle}.new`, bundle)
  return bundle
}
