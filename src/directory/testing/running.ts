import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { systemClock, type Clock } from '#base/clock.ts'
import type { Database } from '#base/db.ts'
import { openApp } from '#base/http/app.ts'
import { serve, type Served } from '#base/http/serve.ts'
import { keysFrom } from '#base/keys.ts'
import { silentLog, type Log } from '#base/log.ts'
import { openAuthority } from '#base/tls.ts'
import { openDirectory, type Directory } from '../directory.ts'

export type Running = { directory: Directory; baseUrl: string; port: number; caPem: string; admin: { upn: string; id: string; password: string }; stop(): Promise<void> }
type Wish = { database: Database; port?: number; clock?: Clock; log?: Log }

const folder = mkdtempSync(join(tmpdir(), 'directory-test-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
let trusted: Promise<Awaited<ReturnType<typeof openAuthority>>> | undefined

/** One authority for all directories of a test file, trusted by this process as an operator's machine would trust it. */
const authority = () =>
  (trusted ??= openAuthority(folder).then((made) => {
    setDefaultCACertificates([...getCACertificates('default'), made.caPem])
    return made
  }))

/** A directory that listens over TLS on a real database. Start it again on the same database and port to restart it. */
export async function runDirectory({ database, port = 0, clock = systemClock, log = silentLog() }: Wish): Promise<Running> {
  const made = await authority()
  let served: Served | undefined
  let onRequest: Parameters<typeof serve>[0]['onRequest'] = (_request, response) => { response.writeHead(503); response.end() }
  served = await serve({ port, tls: await made.issue(['localhost', '127.0.0.1']), onRequest: (request, response) => onRequest(request, response) })
  const directory = await openDirectory({ database, keys: keysFrom(Buffer.alloc(32, 7)), log, clock, baseUrl: served.url, portalUrl: 'https://localhost:1' })
  const app = openApp(log)
  await app.register(directory.plugin)
  await app.ready()
  onRequest = (request, response) => app.routing(request, response)
  const first = await directory.bootstrap()
  return {
    directory,
    baseUrl: served.url,
    port: served.port,
    caPem: made.caPem,
    admin: { upn: first.adminUpn, id: first.adminId, password: first.adminPassword ?? '' },
    async stop() {
      await directory.stop()
      await served.close()
      await app.close()
    },
  }
}
