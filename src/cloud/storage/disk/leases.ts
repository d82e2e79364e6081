import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { open, rename } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { z } from 'zod'
import { isHeld, type Lease } from '../leases/lease.ts'
import { freshPath, type Layout } from './layout.ts'
import { syncDirectory } from './sync.ts'

const Kept = z.object({ of: z.string(), lease: z.object({ id: z.string(), seconds: z.number(), since: z.number(), brokenAt: z.number().optional() }) })

/**
 * Leases by what they are on (`<container>[/<path>]`): one JSON file each, so that a lease outlives the server, and in memory, so that it can
 * be looked at in the same synchronous step as a change. They belong to a name: a new version of a leased blob is leased too.
 */
export function openLeases({ containers, leases: folder, staging }: Layout) {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const all = new Map<string, Lease>()
  for (const name of readdirSync(folder)) {
    const { of, lease } = Kept.parse(JSON.parse(readFileSync(join(folder, name), 'utf8')))
    all.set(of, lease)
  }
  const nameOf = (full: string) => relative(containers, full)
  const file = (of: string) => join(folder, `${createHash('sha256').update(of).digest('hex')}.json`)
  const drop = (of: string) => {
    if (all.delete(of)) rmSync(file(of), { force: true })
  }

  return {
    of: (full: string): Lease | undefined => (all.size === 0 ? undefined : all.get(nameOf(full))),
    /** Counts at once; durable when it resolves. */
    async set(full: string, lease: Lease): Promise<void> {
      const of = nameOf(full)
      all.set(of, lease)
      const draft = freshPath(staging)
      const handle = await open(draft, 'wx', 0o600)
      try {
        await handle.writeFile(JSON.stringify({ of, lease } satisfies z.infer<typeof Kept>))
        await handle.sync()
      } finally {
        await handle.close()
      }
      await rename(draft, file(of))
      await syncDirectory(folder)
    },
    /** With what is leased goes its lease, and those of everything below: before the name goes, so that a crash leaves no lease on nothing. */
    forget(full: string, how: 'with all below' | 'only this' = 'with all below'): void {
      if (all.size === 0) return
      const of = nameOf(full)
      drop(of)
      if (how === 'only this') return
      for (const each of all.keys()) if (each.startsWith(`${of}/`)) drop(each)
    },
    /** Whether something below is held by somebody. */
    heldBelow(full: string, now: number): boolean {
      if (all.size === 0) return false
      const of = `${nameOf(full)}/`
      return [...all].some(([each, lease]) => each.startsWith(of) && isHeld(lease, now))
    },
  }
}

export type Leases = ReturnType<typeof openLeases>
