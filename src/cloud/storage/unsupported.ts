import { header, type Call } from './call.ts'
import { refuse } from './errors.ts'

/** Headers that ask for a promise we cannot keep. Ignoring one would be a lie, so each is refused by name. */
const notKept = [
  'x-ms-encryption-key', 'x-ms-encryption-scope', 'x-ms-encryption-context', 'x-ms-access-tier', 'x-ms-tags', 'x-ms-if-tags', 'x-ms-expiry-option', 'x-ms-expiry-time',
  'x-ms-immutability-policy-until-date', 'x-ms-legal-hold', 'x-ms-copy-source-authorization',
] as const

/** Refuses what a header asks for and we do not do. */
export function refuseUnsupported(call: Call): void {
  const asked = notKept.find((name) => header(call, name) !== undefined)
  if (asked !== undefined) throw refuse('NotImplemented', `What the header ${asked} asks for is not built yet.`)
  if (header(call, 'x-ms-lease-action') !== undefined && call.method === 'PATCH') throw refuse('NotImplemented', 'A lease together with an append or a flush (x-ms-lease-action) is not built yet; lease the path first.')
}
