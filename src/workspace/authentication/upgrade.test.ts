import { createServer } from 'node:http'
import { connect } from 'node:net'
import { afterAll, expect, test } from 'vitest'
import { Problem } from '#base/problem.ts'
import type { WorkspaceCaller } from '../caller.ts'
import { refuseUpgrade, upgradeAuthenticator } from './upgrade.ts'

const ada: WorkspaceCaller = {
  id: 1,
  userId: '1',
  userName: 'ada@flights.test',
  displayName: 'Ada',
  oid: null,
  kind: 'user',
  admin: false,
  entitlements: ['workspace-access'],
  by: 'session',
}
const nobody = async (): Promise<never> => {
  throw new Problem('forbidden', 'not from here')
}
const authenticate = upgradeAuthenticator(
  { offers: () => true, call: nobody, read: nobody, upgrade: async ({ origin }) => (origin === 'https://localhost:1' ? ada : nobody()) },
  async () => ({ ...ada, by: 'token' }),
  (caller) => caller,
)
const server = createServer().on('upgrade', (request, socket) => {
  authenticate(request).then(
    (caller) => socket.end(`HTTP/1.1 101 Switching Protocols\r\nX-Caller: ${caller.by}\r\n\r\n`),
    (error: unknown) => refuseUpgrade(socket, error),
  )
})
const port = await new Promise<number>((resolve) => {
  server.listen(0, '127.0.0.1', () => {
    const address = server.address()
    resolve(typeof address === 'object' && address ? address.port : 0)
  })
})
afterAll(() => server.close())

const upgrade = (headers: string[]): Promise<string> =>
  new Promise((resolve, reject) => {
    let answer = ''
    const lines = ['GET /live HTTP/1.1', 'Host: localhost', 'Connection: Upgrade', 'Upgrade: websocket', ...headers]
    const socket = connect(port, '127.0.0.1', () => socket.write(`${lines.join('\r\n')}\r\n\r\n`))
    socket.on('data', (part) => (answer += part.toString())).on('end', () => resolve(answer)).on('error', reject)
  })

test('a page of the workspace and a client with a token open a WebSocket', async () => {
  expect(await upgrade(['Origin: https://localhost:1'])).toContain('X-Caller: session')
  expect(await upgrade(['Authorization: Bearer x', 'Origin: https://localhost:3'])).toContain('X-Caller: token')
})

test('others are refused in HTTP, with the body of any refused call', async () => {
  const answer = await upgrade(['Origin: https://localhost:3'])
  expect(answer).toMatch(/^HTTP\/1\.1 403 Forbidden\r\n/)
  expect(JSON.parse(answer.split('\r\n\r\n')[1] ?? '')).toMatchObject({ error_code: 'PERMISSION_DENIED', message: 'not from here' })
})
