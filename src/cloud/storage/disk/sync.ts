import { open } from 'node:fs/promises'

type Turn = { running: Promise<void>; next?: Promise<void> }
const turns = new Map<string, Turn>()

/**
 * Makes the entries of a directory durable. Callers that come while a sync runs share the next one:
 * the running sync may have begun before their change, the next one surely begins after it.
 */
export function syncDirectory(path: string): Promise<void> {
  const turn = turns.get(path)
  if (!turn) return begin(path)
  turn.next ??= turn.running.then(() => begin(path), () => begin(path))
  return turn.next
}

function begin(path: string): Promise<void> {
  const running = fsync(path)
  const turn: Turn = { running }
  turns.set(path, turn)
  const done = () => void (turns.get(path) === turn && !turn.next && turns.delete(path))
  running.then(done, done)
  return running
}

async function fsync(path: string): Promise<void> {
  // A directory that is gone has been moved or deleted by a later request, which makes that durable itself.
  const handle = await open(path, 'r').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  if (!handle) return
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Makes the entries of several directories durable, each once. */
export async function syncDirectories(paths: string[]): Promise<void> {
  await Promise.all([...new Set(paths)].map(syncDirectory))
}
