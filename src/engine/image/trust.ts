import { createHash, X509Certificate } from 'node:crypto'

/** Java opens a trust store without a password when nobody checks its integrity; this is keytool's default one. */
const password = 'changeit'

/**
 * A Java trust store (JKS, version 2) of every certificate in `pem`.
 * The JVM reads no PEM, and keytool is not part of every runtime. Format: sun.security.provider.JavaKeyStore#engineStore.
 */
export function javaTrustStore(pem: string): Buffer {
  const certificates = (pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []).map((text) => new X509Certificate(text).raw)
  const parts = [int(0xfeedfeed), int(2), int(certificates.length)]
  certificates.forEach((der, index) => {
    parts.push(int(2), utf(`ca-${index}`), Buffer.alloc(8), utf('X.509'), int(der.length), der)
  })
  const body = Buffer.concat(parts)
  const seal = createHash('sha1').update(Buffer.from(password, 'utf16le').swap16()).update('Mighty Aphrodite').update(body).digest()
  return Buffer.concat([body, seal])
}

function int(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

function utf(text: string): Buffer {
  const length = Buffer.alloc(2)
  length.writeUInt16BE(Buffer.byteLength(text))
  return Buffer.concat([length, Buffer.from(text)])
}
