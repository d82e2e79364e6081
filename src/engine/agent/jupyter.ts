import { createHmac, randomUUID, timingSafeEqual } from 'node:crypto'

export type Header = { msg_id: string; msg_type: string; session: string; username: string; date: string; version: string; subshell_id?: string }
/** A request: `metadata` is for our own runtime, `subshell` is a thread of the kernel that answers while it runs a cell. */
export type Request = { id: string; type: string; session: string; content: Record<string, unknown>; metadata?: Record<string, unknown>; subshell?: string | undefined }
export type Message = { header: Header; parent: string; content: Record<string, unknown>; metadata: Record<string, unknown> }

const delimiter = '<IDS|MSG>'

/** A message as its frames: delimiter, signature, header, parent, metadata, content. Source: jupyter-client "The wire protocol". */
export function pack(key: string, message: Request): Buffer[] {
  const header: Header = { msg_id: message.id, msg_type: message.type, session: message.session, username: 'brickyard', date: new Date().toISOString(), version: '5.5', ...(message.subshell === undefined ? {} : { subshell_id: message.subshell }) }
  const parts = [header, {}, message.metadata ?? {}, message.content].map((part) => Buffer.from(JSON.stringify(part)))
  return [Buffer.from(delimiter), Buffer.from(sign(key, parts)), ...parts]
}

/** The message in the frames of a kernel, or null when its signature is not the kernel's. */
export function unpack(key: string, frames: readonly Buffer[]): Message | null {
  const at = frames.findIndex((frame) => frame.toString('latin1') === delimiter)
  const [signature, ...parts] = frames.slice(at + 1)
  if (at < 0 || !signature || parts.length < 4) return null
  const expected = Buffer.from(sign(key, parts.slice(0, 4)))
  if (signature.length !== expected.length || !timingSafeEqual(signature, expected)) return null
  const [header, parent, metadata, content] = parts.slice(0, 4).map((part) => JSON.parse(part.toString('utf8')))
  return { header, parent: String(parent?.msg_id ?? ''), metadata, content }
}

const sign = (key: string, parts: readonly Buffer[]): string => {
  const hmac = createHmac('sha256', key)
  for (const part of parts) hmac.update(part)
  return hmac.digest('hex')
}

export const newId = (): string => randomUUID().replaceAll('-', '')
