import { afterAll, expect, test } from 'vitest'
import { silentLog } from '#base/log.ts'
import { notebookDocuments } from '../notebooks/room.ts'
import { permissionService, type Level } from '../permissions/service.ts'
import { permissionStore } from '../permissions/store.ts'
import { record, testRoom } from '../testing/room.ts'
import { objectService, type Caller } from './service.ts'

const room = await testRoom()
afterAll(() => room.close())
const { workspaceId } = record
const permissions = permissionService({ store: permissionStore(room.db, workspaceId) })
const { contents } = notebookDocuments({ db: room.db, workspaceId, clock: room.clock, log: silentLog(), request: async () => {} })
const objects = objectService({ db: room.db, workspaceId, permissions, contents, clock: room.clock })
const ada = await room.member('ada@flights.test', true)
const bob = await room.member('bob@flights.test')
const eve = await room.member('eve@flights.test')
const home = '/Users/bob@flights.test'

const source = (text: string) => ({ content: Buffer.from(text), format: 'SOURCE' as const, language: 'PYTHON' as const, overwrite: false })
const notebook = (caller: Caller, path: string, text = '1') => objects.import(caller, { path, ...source(text) })
const file = (caller: Caller, path: string, text = 'x', overwrite = false) =>
  objects.importFile(caller, path, { overwrite, format: 'AUTO' }, async () => Buffer.from(text))
const paths = async (caller: Caller, path: string) => (await objects.list(caller, path)).map((each) => each.path)
const code = (problem: string, wireCode?: string) => ({
  code: problem,
  ...(wireCode ? { extra: expect.objectContaining({ wireCode }) } : {}),
})
async function give(path: string, to: { id: number }, level: Level) {
  const found = await objects.byPath(path)
  const refs = found && (await objects.refs(found.object_id))
  if (!refs) throw new Error(`${path} is not there`)
  await permissions.store.give(room.db, refs.object, [{ user_id: to.id, group_id: null, level }])
}

test('whoever comes first finds the root, the shared folder and a home', async () => {
  expect(await paths(bob, '/')).toEqual(['/Shared', '/Users'])
  expect(await paths(bob, '/Users')).toEqual([home])
  expect(await objects.list(bob, home)).toEqual([])
  expect(await paths(ada, '/Users')).toEqual(['/Users/ada@flights.test', home, '/Users/eve@flights.test'])
  expect(await objects.status(bob, '/Workspace/Users//bob@flights.test/')).toMatchObject({ path: home, object_type: 'DIRECTORY' })
  expect((await objects.status(bob, '/Workspace')).path).toBe('/')
})

test('folders are made with their parents, once, and never over something else', async () => {
  await Promise.all([1, 2, 3, 4].map(() => objects.mkdirs(bob, `${home}/a/b/c`)))
  await objects.mkdirs(bob, `${home}/a/b/c`)
  expect(await paths(bob, `${home}/a/b`)).toEqual([`${home}/a/b/c`])
  await notebook(bob, `${home}/a/note`)
  await expect(objects.mkdirs(bob, `${home}/a/note`)).rejects.toMatchObject(code('already_exists'))
  await expect(objects.mkdirs(bob, `${home}/a/note/x`)).rejects.toMatchObject(code('already_exists'))
  expect(await objects.list(bob, `${home}/a/note`)).toMatchObject([{ object_type: 'NOTEBOOK', language: 'PYTHON' }])
})

test.each([
  'Users/x',
  '',
  '/Shared/..',
  '/Shared/./x',
  '/Shared/a\0b',
  '/Shared/a\nb',
  `/Shared/${'x'.repeat(256)}`,
  `/${'d/'.repeat(70)}`,
  '/Shared/\ud800',
])('the path %j is refused', async (path) => {
  await expect(objects.mkdirs(ada, path)).rejects.toMatchObject({ code: 'invalid' })
})

test('an import says what stands in its way', async () => {
  await notebook(bob, `${home}/one`, '# Databricks notebook source\n1\n')
  await expect(notebook(bob, `${home}/one`)).rejects.toMatchObject(code('already_exists'))
  await expect(notebook(bob, `${home}/nowhere/one`)).rejects.toThrow('parent folder')
  await expect(notebook(bob, `${home}/one/two`)).rejects.toThrow('not a folder')
  await expect(objects.import(bob, { path: `${home}/a`, ...source('1'), overwrite: true })).rejects.toMatchObject(code('already_exists'))
  await expect(objects.import(bob, { path: `${home}/one`, ...source('1'), format: 'RAW', overwrite: true })).rejects.toThrow(
    'type mismatch',
  )
  await expect(objects.import(bob, { path: `${home}/x`, ...source('1'), language: undefined })).rejects.toMatchObject({
    extra: { field: 'language' },
  })
  await expect(objects.import(bob, { path: `${home}/x`, ...source('1'), format: 'DBC' })).rejects.toMatchObject(code('not_implemented'))
  await expect(objects.import(bob, { path: `${home}/x`, ...source('a\0b') })).rejects.toMatchObject({ extra: { field: 'content' } })
  await expect(objects.import(bob, { path: `${home}/x`, ...source('1'), content: Buffer.alloc(11 * 1024 * 1024) })).rejects.toMatchObject(
    code('invalid', 'MAX_NOTEBOOK_SIZE_EXCEEDED'),
  )
  await objects.import(bob, { path: `${home}/one`, ...source('# Databricks notebook source\n2\n'), overwrite: true })
  expect((await objects.export(bob, `${home}/one`, 'SOURCE', false)).bytes.toString()).toBe('# Databricks notebook source\n2\n')
  expect((await paths(bob, home)).filter((path) => path.endsWith('/x'))).toEqual([])
})

test('what an automatic import becomes, its name and its first line say', async () => {
  const auto = (name: string, content: string | Buffer) =>
    objects.import(bob, { path: `${home}/auto/${name}`, content: Buffer.from(content), format: 'AUTO', overwrite: false })
  await objects.mkdirs(bob, `${home}/auto`)
  await auto('etl.py', '# Databricks notebook source\n1\n')
  await auto('query.sql', '-- Databricks notebook source\nselect 1\n')
  await auto('plain.py', 'print(1)')
  await auto('data.bin', Buffer.from([0, 1, 2, 255]))
  await auto('lab.ipynb', JSON.stringify({ nbformat: 4, metadata: {}, cells: [{ cell_type: 'markdown', source: ['# Hi\n', 'there'] }] }))
  await auto('broken.ipynb', '{')
  expect((await objects.list(bob, `${home}/auto`)).map((each) => [each.path.split('/').at(-1), each.object_type, each.language])).toEqual([
    ['broken.ipynb', 'FILE', undefined],
    ['data.bin', 'FILE', undefined],
    ['etl', 'NOTEBOOK', 'PYTHON'],
    ['lab', 'NOTEBOOK', 'PYTHON'],
    ['plain.py', 'FILE', undefined],
    ['query', 'NOTEBOOK', 'SQL'],
  ])
  expect((await objects.export(bob, `${home}/auto/data.bin`, 'AUTO', false)).bytes).toEqual(Buffer.from([0, 1, 2, 255]))
  expect(await objects.export(bob, `${home}/auto/lab`, 'SOURCE', false)).toMatchObject({ fileType: 'py', fileName: 'lab.py' })
  await expect(objects.export(bob, `${home}/auto/data.bin`, 'JUPYTER', false)).rejects.toMatchObject({ extra: { field: 'format' } })
  await expect(objects.export(bob, `${home}/auto`, 'DBC', false)).rejects.toMatchObject(code('not_implemented'))
  await expect(objects.export(bob, `${home}/auto`, 'HTML', false)).rejects.toMatchObject(code('invalid'))
})

test('a sent file tells a file in the way from a notebook in the way', async () => {
  await objects.mkdirs(bob, `${home}/sent`)
  expect(await file(bob, `${home}/sent/state.json`, '{}')).toMatchObject({ object_type: 'FILE', size: 2 })
  await expect(file(bob, `${home}/sent/state.json`)).rejects.toMatchObject(code('conflict', 'RESOURCE_ALREADY_EXISTS'))
  room.pass(5000)
  expect(await file(bob, `${home}/sent/state.json`, '{"a":1}', true)).toMatchObject({ size: 7, modified_at: room.clock().getTime() })
  expect((await objects.read(bob, `${home}/sent/state.json`)).bytes.toString()).toBe('{"a":1}')
  await file(bob, `${home}/sent/n.py`, '# Databricks notebook source\n1\n')
  await expect(file(bob, `${home}/sent/n.py`, '# Databricks notebook source\n1\n')).rejects.toMatchObject(code('already_exists'))
  const raw = { overwrite: false, format: 'RAW' as const }
  expect(await objects.importFile(bob, `${home}/sent/s.py`, raw, async () => Buffer.from('# Databricks notebook source\n'))).toMatchObject({
    object_type: 'FILE',
  })
  await expect(file(bob, `${home}/gone/state.json`)).rejects.toMatchObject(code('not_found'))
})

test('of two who save the same file one learns that the other was faster', async () => {
  const { modified_at } = await file(bob, `${home}/shared.txt`, 'first')
  const save = (text: string) =>
    objects.importFile(bob, `${home}/shared.txt`, { overwrite: true, format: 'RAW', ifModifiedAt: modified_at }, async () =>
      Buffer.from(text),
    )
  room.pass(1000)
  const tries = await Promise.allSettled([save('mine'), save('yours')])
  expect(tries.map((each) => each.status).toSorted()).toEqual(['fulfilled', 'rejected'])
  for (const each of tries) if (each.status === 'rejected') expect(each.reason).toMatchObject(code('conflict', 'ABORTED'))
})

test('what is deleted while it is overwritten is deleted, and nothing breaks', async () => {
  for (let round = 0; round < 5; round += 1) {
    await file(bob, `${home}/fleeting`)
    await notebook(bob, `${home}/fleeting-note`)
    const tries = await Promise.allSettled([
      objects.remove(bob, `${home}/fleeting`, false),
      file(bob, `${home}/fleeting`, 'again', true),
      objects.remove(bob, `${home}/fleeting-note`, false),
      objects.import(bob, { path: `${home}/fleeting-note`, ...source('2'), overwrite: true }),
    ])
    for (const each of tries) if (each.status === 'rejected') expect(each.reason).toMatchObject(code('not_found'))
    for (const name of ['fleeting', 'fleeting-note']) await objects.remove(bob, `${home}/${name}`, false).catch(() => {})
  }
})

test('of many who create the same file at once, one does', async () => {
  const tries = await Promise.allSettled(Array.from({ length: 8 }, () => file(bob, `${home}/lock`)))
  expect(tries.filter((each) => each.status === 'fulfilled')).toHaveLength(1)
  for (const each of tries) if (each.status === 'rejected') expect(each.reason).toMatchObject(code('conflict', 'RESOURCE_ALREADY_EXISTS'))
})

test('a folder goes only when it is empty or everything in it may go, and nothing of it stays behind', async () => {
  await objects.mkdirs(bob, `${home}/gone/deep`)
  await notebook(bob, `${home}/gone/deep/n`)
  await file(bob, `${home}/gone/deep/f`)
  await expect(objects.remove(bob, `${home}/gone`, false)).rejects.toMatchObject(code('wrong_state', 'DIRECTORY_NOT_EMPTY'))
  const note = await objects.status(bob, `${home}/gone/deep/n`)
  await objects.remove(bob, `${home}/gone`, true)
  await expect(objects.status(bob, `${home}/gone/deep`)).rejects.toMatchObject(code('not_found'))
  await expect(objects.find(bob, note.object_id)).rejects.toMatchObject(code('not_found'))
  expect(await room.db.selectFrom('grants').selectAll().where('object_id', '=', String(note.object_id)).execute()).toEqual([])
  expect((await contents.read(note.object_id)).cells).toEqual([])
  await expect(objects.remove(bob, `${home}/gone`, true)).rejects.toMatchObject(code('not_found'))
})

test.each(['/', '/Users', '/Shared', home])('%s stays where it is', async (path) => {
  for (const change of [() => objects.remove(ada, path, true), () => objects.trash(ada, path), () => objects.move(ada, path, '/Shared/x')])
    await expect(change()).rejects.toMatchObject(code('wrong_state', 'DIRECTORY_PROTECTED'))
})

test('a home is private: what is there and what is not looks the same to others', async () => {
  await notebook(bob, `${home}/secret`)
  const refusals = await Promise.all(
    [home, `${home}/secret`, `${home}/nothing`, `${home}/secret/x`].map((path) =>
      objects.status(eve, path).catch((error: unknown) => error),
    ),
  )
  for (const refusal of refusals)
    expect(refusal).toMatchObject({ code: 'forbidden', message: expect.stringContaining('It can be given by bob@flights.test') })
  const said = refusals.slice(1, 3).map((refusal) => String(refusal).replace(/secret|nothing/g, '*'))
  expect(said[0]).toBe(said[1])
  const { object_id } = await objects.status(bob, `${home}/secret`)
  for (const change of [
    () => objects.list(eve, home),
    () => objects.export(eve, `${home}/secret`, 'SOURCE', false),
    () => notebook(eve, `${home}/hers`),
    () => file(eve, `${home}/hers`),
    () => objects.mkdirs(eve, `${home}/hers`),
    () => objects.remove(eve, `${home}/secret`, true),
    () => objects.move(eve, `${home}/secret`, '/Shared/stolen'),
    () => objects.copy(eve, `${home}/secret`, '/Shared/stolen'),
    () => objects.trash(eve, `${home}/secret`),
    () => objects.unzip(eve, `${home}/z`, Buffer.alloc(0)),
    () => objects.find(eve, object_id),
  ])
    await expect(change()).rejects.toMatchObject(code('forbidden'))
  expect(String(await objects.find(eve, object_id).catch((error: unknown) => error))).not.toContain('secret')
  expect(await objects.search(eve, 'secret', 10)).toEqual([])
})

test('a level of a folder counts for what is in it, and no further', async () => {
  await objects.mkdirs(bob, `${home}/team/sub`)
  await notebook(bob, `${home}/team/sub/n`)
  await give(`${home}/team`, eve, 'CAN_READ')
  expect(await paths(eve, `${home}/team/sub`)).toEqual([`${home}/team/sub/n`])
  await expect(objects.import(eve, { path: `${home}/team/sub/n`, ...source('2'), overwrite: true })).rejects.toThrow('CAN_EDIT is needed')
  await give(`${home}/team`, eve, 'CAN_EDIT')
  await objects.import(eve, { path: `${home}/team/sub/n`, ...source('2'), overwrite: true })
  await expect(notebook(eve, `${home}/team/new`)).rejects.toThrow('CAN_MANAGE is needed')
  await expect(objects.remove(eve, `${home}/team/sub/n`, false)).rejects.toThrow('CAN_MANAGE is needed')
  await give(`${home}/team`, eve, 'CAN_MANAGE')
  await notebook(eve, `${home}/team/new`)
  expect(await objects.details(eve, `${home}/team/new`)).toMatchObject({
    permission_level: 'CAN_MANAGE',
    parents: [{ path: '/' }, { path: '/Users' }, { path: home }, { name: 'team' }],
  })
})

test('a page learns what may be done with each thing', async () => {
  await give(`${home}/team/sub/n`, eve, 'CAN_READ')
  expect((await objects.browse(eve, `${home}/team/sub`)).objects).toMatchObject([{ name: 'n', permission_level: 'CAN_MANAGE' }])
  expect((await objects.browse(eve, home)).objects).toMatchObject([{ name: 'team', permission_level: 'CAN_MANAGE' }])
  expect((await objects.browse(eve, '/Users')).objects).toMatchObject([{ permission_level: null }, { permission_level: 'CAN_MANAGE' }])
  expect((await objects.browse(ada, home)).objects.every((each) => each.permission_level === 'CAN_MANAGE')).toBe(true)
})

test('folders on the way to something shared show their names and nothing else', async () => {
  expect(await paths(eve, '/Users')).toEqual([home, '/Users/eve@flights.test'])
  expect(await paths(eve, home)).toEqual([`${home}/team`])
  expect((await objects.details(eve, home)).permission_level).toBeNull()
  await expect(objects.status(eve, `${home}/secret`)).rejects.toMatchObject(code('forbidden'))
  await expect(notebook(eve, `${home}/secret`)).rejects.toThrow('CAN_MANAGE is needed')
  await expect(notebook(eve, `${home}/nothing`)).rejects.toThrow('CAN_MANAGE is needed')
  await expect(objects.zip(eve, home)).rejects.toMatchObject(code('forbidden'))
  expect((await objects.search(eve, 'TEAM', 10)).map((each) => each.path)).toEqual([`${home}/team`])
  expect((await objects.search(eve, 'n', 10)).map((each) => each.path)).toEqual([`${home}/team/sub/n`, `${home}/team/new`])
})

test('the shared folder is open to all, the root and the folder of homes to administrators', async () => {
  await notebook(eve, '/Shared/hello')
  await objects.import(bob, { path: '/Shared/hello', ...source('3'), overwrite: true })
  await expect(notebook(bob, '/mine')).rejects.toMatchObject(code('forbidden'))
  await expect(objects.mkdirs(bob, '/Users/somebody')).rejects.toMatchObject(code('forbidden'))
  await objects.mkdirs(ada, '/Projects')
  expect(await paths(bob, '/')).toEqual(['/Shared', '/Users'])
})

test('things are renamed and moved with all they hold, never into themselves', async () => {
  await objects.mkdirs(bob, `${home}/from/inner`)
  await notebook(bob, `${home}/from/inner/n`, 'print(42)')
  const { object_id } = await objects.status(bob, `${home}/from/inner/n`)
  expect(await objects.move(bob, `${home}/from`, `${home}/to`)).toMatchObject({ path: `${home}/to`, name: 'to' })
  expect(await objects.pathOf(object_id)).toBe(`${home}/to/inner/n`)
  await expect(objects.move(bob, `${home}/to`, `${home}/to/inner/x`)).rejects.toMatchObject({ extra: { field: 'destination_path' } })
  await expect(objects.move(bob, `${home}/to`, `${home}/one`)).rejects.toMatchObject(code('already_exists'))
  await expect(objects.move(bob, `${home}/to`, `${home}/missing/x`)).rejects.toMatchObject(code('not_found'))
  await objects.mkdirs(bob, `${home}/left`)
  await objects.mkdirs(bob, `${home}/right`)
  await Promise.allSettled([
    objects.move(bob, `${home}/left`, `${home}/right/left`),
    objects.move(bob, `${home}/right`, `${home}/left/right`),
  ])
  const all = await objects.search(bob, 't', 100)
  expect(all.filter((each) => each.name === 'left' || each.name === 'right')).toHaveLength(2)
})

test('a copy has its own content and the permissions of its place', async () => {
  await file(bob, `${home}/to/inner/f`, 'bytes')
  expect(await objects.copy(bob, `${home}/to`, '/Shared/copy')).toMatchObject({ path: '/Shared/copy' })
  await objects.import(bob, { path: `${home}/to/inner/n`, ...source('changed'), overwrite: true })
  expect((await objects.read(eve, '/Shared/copy/inner/n')).bytes.toString()).toContain('print(42)')
  expect((await objects.read(eve, '/Shared/copy/inner/f')).bytes.toString()).toBe('bytes')
  await expect(objects.copy(bob, `${home}/to`, '/Shared/copy')).rejects.toMatchObject(code('already_exists'))
  await expect(objects.copy(bob, `${home}/to`, `${home}/to/again`)).rejects.toMatchObject({ extra: { field: 'destination_path' } })
})

test('what goes to the trash comes back to where it was', async () => {
  const bin = `${home}/Trash`
  expect(await objects.trash(bob, `${home}/to/inner/n`)).toMatchObject({ path: `${bin}/n` })
  await notebook(bob, `${home}/to/inner/n`)
  expect(await objects.trash(bob, `${home}/to/inner/n`)).toMatchObject({ path: `${bin}/n (2)` })
  expect((await objects.browse(bob, bin)).objects).toMatchObject([{ name: 'n', trashed_from: `${home}/to/inner/n` }, { name: 'n (2)' }])
  expect((await objects.search(bob, 'n (2)', 10)).length).toBe(0)
  await expect(objects.trash(bob, `${bin}/n`)).rejects.toThrow('in the trash already')
  await expect(objects.trash(bob, bin)).rejects.toMatchObject(code('wrong_state'))
  expect(await objects.restore(bob, `${bin}/n`)).toMatchObject({ path: `${home}/to/inner/n` })
  await expect(objects.restore(bob, `${bin}/n (2)`)).rejects.toMatchObject(code('already_exists'))
  await objects.remove(bob, `${home}/to`, true)
  await expect(objects.restore(bob, `${bin}/n (2)`)).rejects.toThrow('does not exist any more')
  await objects.move(bob, `${bin}/n (2)`, `${home}/rescued`)
  expect(await objects.details(bob, `${home}/rescued`)).not.toHaveProperty('trashed_from')
  expect(await objects.list(bob, bin)).toEqual([])
  await expect(objects.move(bob, bin, `${home}/bin`)).rejects.toMatchObject(code('wrong_state', 'DIRECTORY_PROTECTED'))
  await objects.remove(bob, bin, true)
  expect(await objects.trash(bob, `${home}/rescued`)).toMatchObject({ path: `${bin}/rescued` })
  await objects.trash(eve, '/Shared/hello')
  expect(await paths(eve, '/Users/eve@flights.test/Trash')).toEqual(['/Users/eve@flights.test/Trash/hello'])
})

test('a folder leaves as an archive and comes back the same', async () => {
  const top = `${home}/archive`
  await objects.mkdirs(bob, `${top}/empty`)
  await notebook(bob, `${top}/n`, '# Databricks notebook source\n%sql select 1\n')
  await file(bob, `${top}/n.py`, 'a script of the same name')
  await file(bob, `${top}/data.csv`, 'a,b\n')
  const { bytes, fileName } = await objects.zip(bob, top)
  expect(fileName).toBe('archive.zip')
  await objects.unzip(bob, `${home}/again`, bytes)
  expect((await objects.list(bob, `${home}/again`)).map((each) => [each.path.split('/').at(-1), each.object_type])).toEqual([
    ['data.csv', 'FILE'],
    ['empty', 'DIRECTORY'],
    ['n (2)', 'NOTEBOOK'],
    ['n.py', 'FILE'],
  ])
  await expect(objects.unzip(bob, `${home}/again`, bytes)).rejects.toMatchObject(code('already_exists'))
  const notebooks = await objects.export(bob, top, 'SOURCE', false)
  await objects.import(bob, { path: `${home}/notebooks`, content: notebooks.bytes, format: 'SOURCE', overwrite: false })
  expect((await objects.list(bob, `${home}/notebooks`)).map((each) => each.object_type)).toEqual(['NOTEBOOK'])
})

test('a member who comes back under the old name gets the old home', async () => {
  const leo = await room.member('leo@flights.test')
  await notebook(leo, '/Users/leo@flights.test/kept')
  await room.users.remove(leo.id)
  const back = await room.member('leo@flights.test')
  expect(await paths(back, '/Users/leo@flights.test')).toEqual(['/Users/leo@flights.test/kept'])
})

test('the home of a member who has not come yet is there for those who look for it', async () => {
  const zoe = await room.member('zoe@flights.test')
  await notebook(ada, '/Users/zoe@flights.test/welcome')
  await expect(objects.status(bob, '/Users/zoe@flights.test')).rejects.toMatchObject(code('forbidden'))
  await expect(objects.status(bob, '/Users/nobody@flights.test')).rejects.toMatchObject(code('not_found'))
  expect(await paths(zoe, '/Users/zoe@flights.test')).toEqual(['/Users/zoe@flights.test/welcome'])
  await room.member('yan@flights.test')
  expect(await paths(ada, '/Users')).toContain('/Users/yan@flights.test')
})

test('what an administrator puts in the place of a home is the home of whoever has or gets that name', async () => {
  const uma = await room.member('uma@flights.test')
  await objects.mkdirs(ada, '/Users/uma@flights.test/from-ada')
  expect(await paths(uma, '/Users/uma@flights.test')).toEqual(['/Users/uma@flights.test/from-ada'])
  await objects.mkdirs(ada, '/Users/vic@flights.test')
  await objects.mkdirs(ada, '/Projects/wim')
  await objects.move(ada, '/Projects/wim', '/Users/wim@flights.test')
  for (const name of ['vic@flights.test', 'wim@flights.test']) {
    const late = await room.member(name)
    await objects.mkdirs(late, `/Users/${name}/mine`)
    expect(await paths(late, `/Users/${name}`)).toEqual([`/Users/${name}/mine`])
  }
})

test('workspaces do not see each other', async () => {
  const other = objectService({ db: room.db, workspaceId: '9', permissions, contents, clock: room.clock })
  await expect(other.byPath(home)).resolves.toBeUndefined()
})
