import type pg from 'pg'
import type { Database } from '#base/db.ts'
import type { Log } from '#base/log.ts'
import { newsChannel } from './documents/store.ts'

/**
 * Hears from Postgres what others wrote to notebooks: another room in its own transaction, or another process. Told when it is
 * committed. `all` means: the line was lost for a while, anything may have happened.
 */
export async function listenForNews(database: Database, log: Log, tell: (workspaceId: string, objectId: number) => void, all: () => void = () => {}): Promise<{ close(): Promise<void> }> {
  let client: pg.Client | undefined
  let closed = false
  let retry: NodeJS.Timeout | undefined

  async function connect(): Promise<void> {
    const fresh = await database.dedicated()
    fresh.on('notification', ({ payload = '' }) => {
      const [workspaceId = '', objectId = ''] = payload.split('/')
      tell(workspaceId, Number(objectId))
    })
    fresh.on('end', () => again(250))
    await fresh.query(`LISTEN ${newsChannel}`)
    client = fresh
  }
  function again(delay: number): void {
    if (closed) return
    clearTimeout(retry)
    retry = setTimeout(() => {
      connect().then(all, (error: unknown) => {
        log.warn({ err: error }, 'no news of notebooks from the database; trying again')
        again(Math.min(delay * 2, 5_000))
      })
    }, delay)
    retry.unref()
  }

  await connect()
  return {
    async close() {
      closed = true
      clearTimeout(retry)
      await client?.end().catch(() => {})
    },
  }
}
