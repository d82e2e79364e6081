import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { STATUS_CODES } from 'node:http'
import { asProblem } from '#base/problem.ts'
import type { WorkspaceCaller } from '../caller.ts'
import { render } from '../dialect.ts'
import type { Authenticate } from './authenticate.ts'
import type { BrowserDoor } from './browser.ts'

export type AuthenticateUpgrade = (request: Pick<IncomingMessage, 'headers'>) => Promise<WorkspaceCaller>

/** Who opens a WebSocket: a page of this workspace by its session, or a client that shows a token (a browser's page cannot). */
export const upgradeAuthenticator =
  (browser: BrowserDoor, authenticate: Authenticate, admitted: (caller: WorkspaceCaller) => WorkspaceCaller): AuthenticateUpgrade =>
  async ({ headers }) =>
    headers.authorization === undefined ? admitted(await browser.upgrade(headers)) : authenticate(headers)

/** Refuses an upgrade in HTTP, with the same body as any refused call. */
export function refuseUpgrade(socket: Duplex, error: unknown): void {
  const { status, body } = render(asProblem(error), crypto.randomUUID())
  const text = JSON.stringify(body)
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\nConnection: close\r\nContent-Type: application/json\r\n` +
      `Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`,
  )
}
