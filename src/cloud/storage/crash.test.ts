import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { send, type WireAnswer, type WireRequest } from './testing/wire.ts'

let root: string
let server: ChildProcess
let port = 0

async function start(): Promise<void> {
  server = spawn(process.execPath, [join(import.meta.dirname, 'testing', 'serve-alone.ts'), root], { stdio: ['ignore', 'pipe', 'inherit'] })
  port = await new Promise<number>((resolve) => server.stdout?.once('data', (data: Buffer) => resolve(Number(data.toString()))))
}

async function kill(): Promise<void> {
  const gone = new Promise((resolve) => server.once('exit', resolve))
  server.kill('SIGKILL')
  await gone
}

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'brickyard-crash-'))
  await start()
  await send(port, { method: 'PUT', path: '/testaccount/data?resource=filesystem' })
})
afterAll(async () => {
  await kill()
  await rm(root, { recursive: true, force: true })
})

/** Answered with success, answered otherwise, or not answered at all because the server died. */
const ask = async (wish: WireRequest): Promise<WireAnswer | undefined> => {
  const answer = await send(port, wish).catch(() => undefined)
  if (answer && answer.status >= 400) throw new Error(`${wish.method} ${wish.path}: ${answer.status} ${answer.body}`)
  return answer
}
const path = (name: string) => `/testaccount/data/${name}`
const content = (name: string) => `${name} `.repeat(2000)
const read = async (name: string) => {
  const { status, body, headers } = await send(port, { path: path(name) })
  return status === 200 ? { body, headers } : undefined
}

type Done = {
  files: { name: string; etag: string | undefined; metadata?: string }[]
  moved: [string, string][]
  movedMaybe: [string, string][]
  gone: string[]
  grown: { name: string; pieces: number }[]
  names: Set<string>
}

/** One client: whole blobs, create + append + flush, renames, deletes, metadata, and a file that grows by many flushes. */
async function work(id: string, done: Done, alive: () => boolean): Promise<void> {
  const growing = { name: `log-${id}`, pieces: 0 }
  if (!(await ask({ method: 'PUT', path: `${path(growing.name)}?resource=file` }))) return
  done.grown.push(growing)
  for (let i = 0; alive(); i += 1) {
    const name = `dir-${i % 3}/${id}-${i}`
    done.names.add(name)
    const put = await ask({ method: 'PUT', path: path(name), body: content(name), headers: { 'x-ms-blob-type': 'BlockBlob', 'if-none-match': '*', ...(i % 2 ? { 'x-ms-meta-a': name } : {}) } })
    if (!put) return
    const file = { name, etag: put.headers.etag, ...(i % 2 ? { metadata: name } : {}) }
    const step = i % 4
    if (step === 0) {
      const to = `moved-${id}-${i}`
      const answer = await ask({ method: 'PUT', path: path(to), headers: { 'x-ms-rename-source': `/data/${name}`, 'if-none-match': '*' } })
      if (!answer) return void done.movedMaybe.push([name, to])
      done.moved.push([name, to])
    } else if (step === 1) {
      if (!(await ask({ method: 'DELETE', path: path(name) }))) return
      done.gone.push(name)
    } else done.files.push(file)
    const piece = `${i}`.padEnd(100, '.')
    const at = growing.pieces * 100
    if (!(await ask({ method: 'PATCH', path: `${path(growing.name)}?action=append&position=${at}`, body: piece }))) return
    if (!(await ask({ method: 'PATCH', path: `${path(growing.name)}?action=flush&position=${at + 100}` }))) return
    growing.pieces += 1
  }
}

it.each([1, 2, 3, 4, 5])('what was acknowledged before kill -9 is there afterwards, whole, and nothing is half done (round %i)', async (round) => {
  const done: Done = { files: [], moved: [], movedMaybe: [], gone: [], grown: [], names: new Set() }
  let alive = true
  const workers = Array.from({ length: 8 }, (_, i) => work(`r${round}w${i}`, done, () => alive))
  await expect.poll(() => done.files.length, { timeout: 15_000, interval: 5 }).toBeGreaterThan(40 * round)
  await kill()
  alive = false
  await Promise.all(workers)
  await start()

  for (const { name, etag, metadata } of done.files) {
    const found = await read(name)
    expect(found?.body, name).toBe(content(name))
    expect([found?.headers.etag, found?.headers['x-ms-meta-a']], name).toEqual([etag, metadata])
  }
  for (const [from, to] of done.moved) {
    expect((await read(to))?.body, to).toBe(content(from))
    expect(await read(from), from).toBeUndefined()
  }
  for (const [from, to] of done.movedMaybe) {
    const both = [await read(from), await read(to)]
    expect(both.filter((found) => found?.body === content(from)), `${from} or ${to}`).toHaveLength(1)
    expect(both.filter((found) => found !== undefined)).toHaveLength(1)
  }
  for (const name of done.gone) expect(await read(name), name).toBeUndefined()
  for (const name of done.names) {
    const found = await read(name)
    if (found) expect(found.body, `${name} is whole`).toBe(content(name))
  }
  for (const { name, pieces } of done.grown) {
    const length = (await read(name))?.body.length ?? 0
    expect([pieces * 100, pieces * 100 + 100], name).toContain(length)
  }
  for (const folder of ['staging', 'growing', 'trash']) expect(await readdir(join(root, 'testaccount', folder))).toEqual([])
}, 60_000)
