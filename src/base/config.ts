import { homedir } from 'node:os'
import { join } from 'node:path'

/** What the product is told at start. Every key is described on docs/configuration.md. */
export type Config = {
  dataDir: string
  /** First port: cloud P, directory P+1, storage P+2, service P+3, workspaces P+10 … P+59. */
  port: number
  hosts: 'auto' | 'netns' | 'process'
  /** Another PostgreSQL server than the embedded one. */
  databaseUrl: string | undefined
  /** What machines have installed. */
  imageDir: string
  logLevel: string
}

export const ports = (first: number) => ({ cloud: first, directory: first + 1, storage: first + 2, service: first + 3, workspaces: { from: first + 10, to: first + 59 } })

/** The settings before any file, environment variable or option. */
export function defaults(env: NodeJS.ProcessEnv): Config {
  const home = env.HOME ?? homedir()
  return {
    dataDir: join(env.XDG_DATA_HOME ?? join(home, '.local', 'share'), 'brickyard'),
    port: 8443,
    hosts: 'auto',
    databaseUrl: undefined,
    imageDir: join(env.BRICKYARD_CACHE ?? join(env.XDG_CACHE_HOME ?? join(home, '.cache'), 'brickyard'), 'image'),
    logLevel: 'info',
  }
}
