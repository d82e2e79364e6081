import type { IncomingMessage } from 'node:http'
import { migrate, openDatabase } from '#base/db.ts'
import { openLog } from '#base/log.ts'
import { Problem } from '#base/problem.ts'
import { serve } from '#base/http/serve.ts'
import { testDatabase } from '#base/testing/database.ts'
import { openWork } from '#base/work.ts'
import type { WorkspaceCaller } from '../../caller.ts'
import { asCaller, userStore } from '../../identity/store.ts'
import { migrations } from '../../migrations.ts'
import { objectService } from '../../objects/service.ts'
import { permissionService, type Level } from '../../permissions/service.ts'
import { permissionStore } from '../../permissions/store.ts'
import { record } from '../../testing/room.ts'
import type { Tables } from '../../workspace.ts'
import type { NotebookDocument } from '../document.ts'
import { listenForNews } from '../news.ts'
import { notebookDocuments, openNotebooks, type RequestStep } from '../room.ts'
import type { ClusterView } from '../sessions/deps.ts'
import { scriptedDriver } from './scripted-driver.ts'

/** Notebooks on a real database behind a real port, with the real tree and permissions, and a driver that does as it is told. */
export async function notebookRoom() {
  const { database: ours, url, close } = await testDatabase()
  await migrate(ours, 'workspace', migrations)
  const shared = ours.schema<Tables>('workspace')
  const log = openLog({ level: 'silent' })
  const users = userStore(shared, record.workspaceId)
  const permissions = permissionService({ store: permissionStore(shared, record.workspaceId) })
  const driver = scriptedDriver()
  const clusters = new Map<string, ClusterView>([['c1', { cluster_id: 'c1', name: 'Flights', state: 'RUNNING', incarnation: 1, is: 'usable', reason: '' }]])
  const members = new Map<string, WorkspaceCaller>()

  async function member(userName: string, admin = false): Promise<WorkspaceCaller> {
    const user = await users.insert({ kind: 'user', oid: `oid-${userName}`, app_id: null, user_name: userName, display_name: userName, admin, entitlements: [] })
    if (!user) throw new Error(`${userName} exists`)
    const caller = asCaller(user, 'token')
    members.set(userName, caller)
    return caller
  }
  const authenticate = async ({ authorization = '' }: { authorization?: string | undefined }): Promise<WorkspaceCaller> => {
    const found = members.get(authorization.replace('Bearer ', ''))
    if (!found) throw new Problem('unauthenticated', 'Who are you?')
    return found
  }

  /** A control plane: rooms, the durable loop, a port. `kill` leaves everything as kill -9 would. */
  async function start() {
    const database = openDatabase(url)
    const db = database.schema<Tables>('workspace')
    const work = await openWork(database, log, { pollMs: 100 })
    const loop = work.loop('notebooks', { step: (id, signal) => notebooks.step(id.slice(record.workspaceId.length + 1), signal) })
    const request: RequestStep = (within, id, delayMs) => loop.request(within, id, delayMs)
    const clock = () => new Date()
    const documents = notebookDocuments({ db, workspaceId: record.workspaceId, clock, log, request, timing: { reviseMs: 400, lingerMs: 100 } })
    const objects = objectService({ db, workspaceId: record.workspaceId, permissions, contents: documents.contents, clock })
    const notebooks = openNotebooks({
      documents,
      objects,
      clusters: {
        async mayAttach(caller, id) {
          if (!clusters.has(id)) throw new Problem('invalid', `Cluster ${id} does not exist`)
          if (caller.userName.startsWith('visitor')) throw new Problem('forbidden', `${caller.userName} may not use cluster ${id}.`)
        },
        look: async (id) => clusters.get(id) ?? null,
      },
      driver: () => driver.client,
      edited: (id, language) => objects.store.update(id, { language, modified_at: clock() }),
      member: async (id) => [...members.values()].find((one) => one.id === id) ?? null,
      reader: ({ headers }) => authenticate(headers),
      authenticateUpgrade: ({ headers }) => authenticate(headers),
    })
    const news = await listenForNews(database, log, (workspaceId, objectId) => void (workspaceId === record.workspaceId && notebooks.news(objectId)))
    const served = await serve({
      port: 0,
      plain: true,
      onRequest: (_request, response) => void response.writeHead(404).end(),
      onUpgrade: (request: IncomingMessage, socket, head) => void (notebooks.onUpgrade(request, socket, head) || socket.destroy()),
    })
    await work.start()
    await notebooks.resume()
    return {
      ...notebooks,
      hub: documents.hub,
      objects,
      port: served.port,
      async kill() {
        await served.close()
        await database.close() // from here on it cannot save anything
        await news.close()
        await work.stop(0)
        await notebooks.close()
      },
      async close() {
        await notebooks.close()
        await served.close()
        await news.close()
        await work.stop(100)
        await database.close()
      },
    }
  }

  let present = await start()
  return {
    db: shared,
    driver,
    clusters,
    member,
    permissions,
    get now() {
      return present
    },
    /** As after kill -9 and a new start. */
    async crash() {
      await present.kill()
      present = await start()
    },
    /** A notebook that `caller` manages, in their home. */
    async notebook(caller: WorkspaceCaller, name: string, document: NotebookDocument): Promise<number> {
      const path = `/Users/${caller.userName}/${name}`
      await present.objects.import(caller, { path, content: Buffer.from('# Databricks notebook source\n'), format: 'SOURCE', language: document.language, overwrite: false })
      const { object_id } = await present.objects.find(caller, path)
      await present.revisions.replace(caller, object_id, document)
      return object_id
    },
    give: (objectId: number, caller: WorkspaceCaller, level: Level) => permissions.store.give(shared, { type: 'notebooks', id: objectId }, [{ user_id: caller.id, group_id: null, level }]),
    async close() {
      await present.close()
      await close()
    },
  }
}
