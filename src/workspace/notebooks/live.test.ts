import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type * as Y from 'yjs'
import { Awareness, encodeAwarenessUpdate } from 'y-protocols/awareness'
import type { WorkspaceCaller } from '../caller.ts'
import type { NotebookDocument } from './document.ts'
import { awarenessMessage } from './documents/sync.ts'
import { liveClient, type LiveClient } from './testing/live-client.ts'
import { notebookRoom } from './testing/notebook-room.ts'

/** Machines that build are busy: what takes a moment may take ten seconds there. */
const until = <T>(see: () => T) => expect.poll(see, { timeout: 10_000, interval: 10 })
let room: Awaited<ReturnType<typeof notebookRoom>>
let ada: WorkspaceCaller
let bob: WorkspaceCaller
const opened: LiveClient[] = []
beforeAll(async () => {
  room = await notebookRoom()
  ada = await room.member('ada@flights.test')
  bob = await room.member('bob@flights.test')
})
afterEach(async () => {
  room.driver.connect(true)
  room.driver.release()
  for (const client of opened.splice(0)) await client.leave()
})
afterAll(() => room.close())

const python = (...sources: string[]): NotebookDocument => ({ language: 'PYTHON', cells: sources.map((source, at) => ({ id: `c${at + 1}`, source })) })
let names = 0
const notebook = (...sources: string[]) => room.notebook(ada, `notebook ${++names}`, python(...sources))
async function open(objectId: number, who: WorkspaceCaller = ada, doc?: Y.Doc): Promise<LiveClient> {
  const client = liveClient(room.now.port, objectId, who.userName, doc)
  opened.push(client)
  await until(client.ready).toBe(true)
  return client
}

describe('a document', () => {
  test('comes with hello, and what two people type at once both see', async () => {
    const id = await notebook('a', 'b')
    await room.give(id, bob, 'CAN_EDIT')
    const [one, other] = [await open(id), await open(id, bob)]
    expect(one.sources()).toEqual(['a', 'b'])
    for (let count = 0; count < 40; count++) {
      one.type('c1', '1')
      other.type('c1', '2', 0)
      other.type('c2', '3')
    }
    const both = [`${'2'.repeat(40)}a${'1'.repeat(40)}`, `b${'3'.repeat(40)}`]
    await until(() => [one.sources(), other.sources()]).toEqual([both, both])
    await until(() => one.saved() && other.saved()).toBe(true)
  })

  test('keeps every edit that was said to be saved when the process is killed', async () => {
    const id = await notebook('')
    const one = await open(id)
    for (let count = 0; count < 200; count++) one.type('c1', 'x')
    await until(one.saved).toBe(true)
    await room.crash()
    expect((await open(id)).sources()).toEqual(['x'.repeat(200)])
  })

  test('does not grow with its history: many edits become one snapshot, and nothing is lost when everybody has left', async () => {
    const id = await notebook('')
    const one = await open(id)
    for (let round = 1; round <= 5; round++) {
      for (let count = 0; count < 200; count++) one.type('c1', 'x')
      await until(one.saved).toBe(true)
    }
    const updates = async () => (await room.db.selectFrom('notebook_updates').select('update_id').where('object_id', '=', id).execute()).length
    expect(await updates()).toBeLessThan(600)
    await one.leave()
    await until(updates).toBe(0)
    expect((await open(id)).sources()).toEqual(['x'.repeat(1000)])
  })

  test('that is replaced while somebody types is the same for everybody, with what was typed after it', async () => {
    const id = await notebook('a', 'b')
    const one = await open(id)
    const importing = room.now.revisions.replace(ada, id, python('a', 'b', 'c'))
    for (let count = 0; count < 50; count++) one.type('c1', '!')
    await importing
    await until(one.saved).toBe(true)
    one.type('c1', '?')
    await until(one.saved).toBe(true)
    await until(() => one.sources().join(' ')).toMatch(/^a!*\? b c$/)
    expect((await room.now.hub.read(id)).cells.map(({ source }) => source)).toEqual(one.sources())
  })

  test('takes what was typed while the connection was gone', async () => {
    const id = await notebook('a')
    const one = await open(id)
    await one.leave()
    one.type('c1', ' offline')
    const again = await open(id, ada, one.doc)
    await until(again.saved).toBe(true)
    expect((await open(id)).sources()).toEqual(['a offline'])
  })

  test('of a reader does not change: the update is refused, and others never see it', async () => {
    const id = await notebook('a')
    await room.give(id, bob, 'CAN_RUN')
    const [one, reader] = [await open(id), await open(id, bob)]
    expect(reader.hello?.level).toBe('CAN_RUN')
    reader.type('c1', ' mine')
    await until(() => reader.all('error')[0]).toMatchObject({ about: 'update', error_code: 'PERMISSION_DENIED', message: expect.stringContaining('CAN_EDIT') })
    expect(one.sources()).toEqual(['a'])
    expect((await room.now.hub.read(id)).cells[0]?.source).toBe('a')
  })

  test('is not opened by somebody without rights, nor by nobody, nor when it does not exist', async () => {
    const id = await notebook('a')
    await expect(liveClient(room.now.port, id, 'nobody').refused).rejects.toThrow('refused with 401')
    await expect(liveClient(room.now.port, id, bob.userName).refused).rejects.toThrow('refused with 403')
    await expect(liveClient(room.now.port, 999_999, ada.userName).refused).rejects.toThrow('refused with 404')
  })

  test('that is replaced or imported over changes in open browsers', async () => {
    const id = await notebook('a', 'b')
    const one = await open(id)
    await room.now.revisions.replace(ada, id, python('a', 'changed', 'new'))
    await until(one.sources).toEqual(['a', 'changed', 'new'])
    const path = `/Users/${ada.userName}/notebook ${names}`
    await room.now.objects.import(ada, { path, content: Buffer.from('# Databricks notebook source\nimported'), format: 'SOURCE', language: 'PYTHON', overwrite: true })
    await until(one.sources).toEqual(['imported'])
  })

  test('that is deleted closes its browsers', async () => {
    const id = await notebook('a')
    const one = await open(id)
    await room.now.objects.remove(ada, `/Users/${ada.userName}/notebook ${names}`, false)
    await until(() => one.closed?.code).toBe(4404)
  })

  test.each([
    ['random bytes', Buffer.from([9, 9, 9, 9])],
    ['an empty frame', Buffer.alloc(0)],
    ['a sync message cut short', Buffer.from([0, 2, 200, 1])],
    ['an update that is none', Buffer.from([0, 2, 4, 255, 255, 255, 255])],
    ['awareness that is none', Buffer.from([1, 3, 1, 2, 3])],
    ['text that is no JSON', 'hello?'],
    ['JSON without an id', '{"type":"run"}'],
  ])('survives %s: the connection ends, others go on', async (_what, bytes) => {
    const id = await notebook('a')
    const [one, hostile] = [await open(id), await open(id)]
    hostile.ws.send(bytes)
    await until(() => hostile.closed?.code).toBe(1008)
    one.type('c1', '!')
    await until(one.saved).toBe(true)
    expect((await open(id)).sources()).toEqual(['a!'])
  })

  test('with an edit that cannot be read in the database opens without it', async () => {
    const id = await notebook('a')
    await room.db.insertInto('notebook_updates').values({ workspace_id: '4242', object_id: id, update_id: 90, update: Buffer.from('garbage'), user_name: 'x' }).execute()
    await room.crash()
    const one = await open(id)
    expect(one.sources()).toEqual(['a'])
    one.type('c1', '!')
    await until(one.saved).toBe(true)
  })

  test('does not take a frame of more than 16 MiB', async () => {
    const hostile = await open(await notebook('a'))
    hostile.ws.send(Buffer.alloc(17 * 1024 * 1024))
    await until(() => hostile.closed?.code).toBe(1009)
  })

  test('a wrong request is answered with what is wrong in it', async () => {
    const one = await open(await notebook('a'))
    one.ws.send(JSON.stringify({ id: 77, type: 'run', cells: { some: true } }))
    one.ws.send(JSON.stringify({ id: 78, type: 'dance' }))
    await until(() => one.all('error').map((error) => [error.id, error.error_code])).toEqual([
      [77, 'INVALID_PARAMETER_VALUE'],
      [78, 'INVALID_PARAMETER_VALUE'],
    ])
  })

  test('an editor who loses the right is told, and cannot edit any more', async () => {
    const id = await notebook('a')
    await room.give(id, bob, 'CAN_EDIT')
    const editor = await open(id, bob)
    await room.permissions.removed(room.db, { type: 'notebooks', id })
    await room.permissions.created(room.db, ada, { type: 'notebooks', id })
    await room.give(id, bob, 'CAN_READ')
    await new Promise((resolve) => setTimeout(resolve, 2_100)) // a right counts for two seconds after it was looked at
    editor.type('c1', 'x')
    await until(() => editor.all('level').map(({ level }) => level)).toEqual(['CAN_READ'])
    await until(() => editor.all('error').length).toBe(1)
  })
})

describe('who is here', () => {
  const presence = (doc: Y.Doc, name: string) => {
    const awareness = new Awareness(doc)
    awareness.setLocalState({ user: { name } })
    const frame = awarenessMessage(encodeAwarenessUpdate(awareness, [doc.clientID]))
    awareness.destroy()
    return frame
  }

  test('is seen by all, also by who comes later, until they leave', async () => {
    const id = await notebook('a')
    await room.give(id, bob, 'CAN_READ')
    const [one, other] = [await open(id), await open(id, bob)]
    one.ws.send(presence(one.doc, 'Ada'))
    await until(() => other.present()).toEqual([{ user: { name: 'Ada' } }])
    const later = await open(id, bob)
    await until(() => later.present()).toEqual([{ user: { name: 'Ada' } }])
    await one.leave()
    await until(() => [...other.present(), ...later.present()]).toEqual([])
  })

  test('cannot be said for somebody else, but by oneself again after a connection was lost', async () => {
    const id = await notebook('a')
    await room.give(id, bob, 'CAN_READ')
    const [one, again, hostile] = [await open(id), await open(id), await open(id, bob)]
    one.ws.send(presence(one.doc, 'Ada'))
    again.ws.send(presence(one.doc, 'Ada again'))
    await until(() => hostile.present()).toEqual([{ user: { name: 'Ada' } }])
    hostile.ws.send(presence(one.doc, 'not Ada'))
    await until(() => hostile.closed?.code).toBe(1008)
    await one.leave()
    expect(again.closed).toBeNull()
  })
})

describe('revisions', () => {
  test('are kept by autosave with who edited, by name, and can be compared and restored', async () => {
    const id = await notebook('first')
    await room.give(id, bob, 'CAN_EDIT')
    const [one, other] = [await open(id), await open(id, bob)]
    const named = await one.ask({ type: 'saveRevision', name: 'the beginning' })
    expect(named).toMatchObject({ name: 'the beginning', cells: 1 })
    one.type('c1', ' second')
    other.type('c1', ' third')
    await until(() => one.all('revision').at(-1)?.revision).toMatchObject({ name: null, user_names: expect.arrayContaining([ada.userName, bob.userName]) })
    const { revisions } = await room.now.revisions.list(ada, id, { limit: 10 })
    expect(revisions.map(({ name }) => name)).toEqual([null, 'the beginning'])
    const first = revisions.at(-1)?.revision_id ?? 0
    expect((await room.now.revisions.compare(ada, id, first, undefined)).cells).toMatchObject([{ change: 'changed', before: { source: 'first' }, after: { source: expect.stringContaining('second') } }])
    const before = await room.now.objects.find(ada, `/Users/${ada.userName}/notebook ${names}`)
    await other.ask({ type: 'restore', revision_id: first })
    expect((await room.now.objects.find(ada, before.path)).modified_at.getTime()).toBeGreaterThan(before.modified_at.getTime())
    await until(() => [one.sources(), other.sources()]).toEqual([['first'], ['first']])
  })

  test('are not restored by a reader', async () => {
    const id = await notebook('a')
    await room.give(id, bob, 'CAN_RUN')
    const reader = await open(id, bob)
    await expect(reader.ask({ type: 'restore', revision_id: 1 })).rejects.toThrow('CAN_EDIT')
  })
})
