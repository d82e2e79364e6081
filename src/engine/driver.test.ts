import { createServer, type Server } from 'node:http'
import { connect } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { answer } from './agent/api.ts'
import { eventLog, type EventLog } from './agent/events.ts'
import { driverClient } from './driver.ts'
import type { CommandEvent } from './wire.ts'

// The agent's own door behind a plain port, and as relay a connection to it.
const logs = new Map<string, EventLog>()
const given: unknown[] = []
const never = () => {
  throw new Error('not asked in this test')
}
let agent: Server
let connections = 0
let port = 0
beforeAll(async () => {
  const contexts = {
    busy: never, list: never, create: never, get: never, destroy: never, command: never, cancel: never, reply: never, complete: never, inspect: never, close: never,
    execute(_context: string, command: { id: string }) {
      given.push(command)
      if (!logs.has(command.id)) {
        logs.set(command.id, eventLog())
        logs.get(command.id)?.add({ kind: 'status', status: 'Running' })
      }
      return { id: command.id }
    },
    follow: (_context: string, id: string) => logs.get(id)?.follow ?? never(),
  }
  agent = createServer((request, response) => void answer({ status: never, retire: never, contexts, began: 0 }, request, response))
  agent.on('connection', () => (connections += 1))
  await new Promise<void>((resolve) => agent.listen(0, '127.0.0.1', resolve))
  const address = agent.address()
  port = typeof address === 'object' && address ? address.port : 0
})
afterAll(() => {
  agent.closeAllConnections()
  agent.close()
})

const relay = { onUpgrade: never, online: () => true, close: never, connect: async () => connect(port, '127.0.0.1') }
const wish = { contextId: 'k', language: 'python', command: '1+1' } as const

test('execute answers with the events, and its line carries the next command too', async () => {
  const driver = driverClient(relay, 'c1')
  for (const id of ['one', 'two', 'three']) {
    const events: CommandEvent[] = []
    for await (const event of driver.executeAndFollow({ ...wish, id }, new AbortController().signal)) {
      events.push(event)
      if (events.length === 1) logs.get(id)?.add({ kind: 'status', status: 'Finished' })
    }
    expect(events).toMatchObject([{ seq: 0, status: 'Running' }, { seq: 1, status: 'Finished' }])
  }
  expect(given).toMatchObject([{ id: 'one', code: '1+1' }, { id: 'two' }, { id: 'three' }])
  expect(connections).toBe(1)
})
