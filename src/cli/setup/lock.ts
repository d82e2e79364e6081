import { closeSync, mkdirSync, openSync } from 'node:fs'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { Screen } from './show.ts'

/**
 * Holds the lock of the cache while `work` runs, so that two checkouts do not download the same at once.
 * A lock taken by flock(1) on a descriptor that it inherits belongs to the open file, which stays ours: the kernel lets go when we die.
 */
export async function alone<T>(cache: string, screen: Screen, work: () => Promise<T>): Promise<T> {
  return locked(cache, 'set-up', async (file) => {
    if (!(await lock(file, '--nonblock'))) {
      screen.write('Another set-up is running; waiting for it …\n')
      await lock(file)
    }
    return work()
  })
}

/**
 * Does work that only makes things faster, unless somebody is at it already. It has a lock of its own: nobody who needs
 * the rest of set-up waits minutes for it, and ten starts in a row leave one of it running, not ten waiting.
 */
export async function unlessHeld(cache: string, work: () => Promise<unknown>): Promise<void> {
  await locked(cache, 'set-up-background', async (file) => {
    if (await lock(file, '--nonblock')) await work()
  })
}

async function locked<T>(cache: string, name: string, use: (file: number) => Promise<T>): Promise<T> {
  mkdirSync(cache, { recursive: true })
  const file = openSync(join(cache, `${name}.lock`), 'a', 0o600)
  try {
    return await use(file)
  } finally {
    closeSync(file)
  }
}

async function lock(file: number, ...how: string[]): Promise<boolean> {
  const child = spawn('flock', ['--exclusive', ...how, '3'], { stdio: ['ignore', 'ignore', 'ignore', file] })
  const [code] = await once(child, 'exit')
  return code === 0
}
