import { createHash } from 'node:crypto'
import { request, type IncomingHttpHeaders, type OutgoingHttpHeaders } from 'node:http'
import { Readable } from 'node:stream'
import type { readCall } from '../address.ts'
import { textsToSign } from '../auth/shared-key.ts'
import { sign } from '../auth/sign.ts'
import { keyOne } from './running-storage.ts'

export type WireAnswer = { status: number; headers: IncomingHttpHeaders; body: string }
export type WireRequest = { method?: string; path: string; headers?: OutgoingHttpHeaders; body?: string | Buffer; signed?: boolean }

/**
 * Sends a request exactly as written: fetch and URL would tidy `..` and encodings away before the server sees them.
 * Signed with the account's first key unless told otherwise.
 */
export async function send(port: number, wish: WireRequest): Promise<WireAnswer> {
  const body = wish.body ?? ''
  const method = wish.method ?? 'GET'
  const headers: OutgoingHttpHeaders = { 'x-ms-date': new Date().toUTCString(), 'x-ms-version': '2025-11-05', 'content-length': String(Buffer.byteLength(body)), ...wish.headers }
  if (wish.signed !== false) headers['authorization'] = authorization(method, wish.path, headers)
  return new Promise((resolve, reject) => {
    const outgoing = request({ port, host: '127.0.0.1', method, path: wish.path, headers, agent: false }, (answer) => {
      const pieces: Buffer[] = []
      answer.on('data', (piece: Buffer) => pieces.push(piece)).on('error', reject)
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(pieces).toString() }))
    })
    outgoing.on('error', reject).end(body)
  })
}

/** Signs by the same canonical text that the server checks; the official client's signatures are tested apart. */
function authorization(method: string, path: string, headers: OutgoingHttpHeaders): string {
  const [rawPath = '', rawQuery = ''] = path.split('?')
  const flat = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]))
  const call = { method, wireMethod: method, api: 'dfs', account: 'testaccount', container: undefined, path: '', rawPath, pathStyle: true, query: new Map<string, string>(), rawQuery, headers: flat, body: Readable.from([]), tls: false, from: undefined } satisfies ReturnType<typeof readCall>
  return `SharedKey testaccount:${sign(keyOne, textsToSign(call)[0] ?? '')}`
}

export const md5 = (text: string): string => createHash('md5').update(text).digest('base64')
