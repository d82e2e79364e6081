import { open } from 'node:fs/promises'

const shown = 1024 * 1024
const bound = 8 * shown

/** The end of a console, at most 1 MiB; empty when there is none. */
export async function readConsole(path: string, bytes = shown): Promise<string> {
  const file = await open(path, 'r').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null
    throw error
  })
  if (file === null) return ''
  try {
    const { size } = await file.stat()
    const length = Math.min(size, bytes)
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, size - length)
    return buffer.subarray(0, bytesRead).toString('utf8')
  } finally {
    await file.close()
  }
}

/** A machine may print for months: past 8 MiB only the tail is kept. Its own writes append, so they go on behind the tail. */
export async function boundConsole(path: string): Promise<void> {
  const file = await open(path, 'r+').catch(() => null)
  if (file === null) return
  try {
    if ((await file.stat()).size <= bound) return
    const tail = await readConsole(path)
    await file.truncate(0)
    await file.write(tail, 0)
  } finally {
    await file.close()
  }
}

/** The last thing it said, for a message to a person. */
export async function lastWords(path: string): Promise<string> {
  const lines = (await readConsole(path, 4096)).trim().split('\n')
  return (lines.at(-1) ?? '').slice(0, 300)
}
