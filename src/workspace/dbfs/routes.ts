import { implementFor } from '../caller.ts'
import { dbfsApi } from './api.ts'
import type { DbfsService } from './service.ts'

export const dbfsRoutes = (dbfs: DbfsService) =>
  implementFor(dbfsApi, {
    create: ({ caller, body }) => dbfs.create(caller, body),
    addBlock: ({ caller, body }) => dbfs.addBlock(caller, body),
    close: ({ caller, body }) => dbfs.close(caller, body.handle),
    put: ({ body }) => dbfs.put(body),
    read: ({ query }) => dbfs.read(query),
    remove: ({ body }) => dbfs.remove(body),
    status: ({ query }) => dbfs.status(query.path),
    list: ({ query }) => dbfs.list(query.path),
    mkdirs: ({ body }) => dbfs.mkdirs(body.path),
    move: ({ body }) => dbfs.move(body),
  })
