import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import type { Log } from '../log.ts'
import { postgresBinaries } from './binaries.ts'
import { launcher, ourName, type Launcher } from './launch.ts'
import { isRunning, isServerOf, readPostmaster } from './postmaster.ts'

const USER = 'brickyard'
const DATABASE = 'brickyard'
/** Major version of the binaries: a data folder belongs to one, so its name says which. */
const MAJOR = '18'
const CRASH_RECOVERY_MS = 10 * 60_000
const CLEAN_STOP_MS = 30_000

export type EmbeddedPostgres = {
  /** For `pg`: a unix socket that only we can reach. */
  url: string
  /** True if the server had been left running by an earlier process of ours. */
  adopted: boolean
  /** The server's process. */
  pid: number
  /** Ends every connection, writes a checkpoint and waits for the server to be gone; false if it already was. */
  stop(): Promise<boolean>
}

/**
 * Starts PostgreSQL in `<dataDir>/postgres`, or adopts the one that is still running there after we were killed.
 * Waits for crash recovery. The server is its own session: it outlives us until `stop`.
 * `fast` gives up durability, for tests only.
 */
export async function startPostgres({ dataDir, log, fast = false }: { dataDir: string; log: Log; fast?: boolean }): Promise<EmbeddedPostgres> {
  const home = join(dataDir, 'postgres')
  const launch = launcher(home, postgresBinaries())
  const pgdata = join(home, MAJOR)
  await createCluster(home, pgdata, launch, fast)
  const running = readPostmaster(pgdata)
  const adopted = running !== null && isServerOf(pgdata, running.pid)
  if (running && !adopted && isRunning(running.pid)) rmSync(join(pgdata, 'postmaster.pid')) // its pid was given to another process since
  if (!adopted) {
    allowOnlyUs(pgdata)
    const child = launch.start('postgres', ['-D', join(launch.home, MAJOR), ...settings(launch.socketDir, fast)], join(home, 'server.log'))
    child.on('error', (error) => log.error({ error }, 'PostgreSQL could not be started')) // untilReady reports it
    child.unref()
  }
  const pid = await untilReady(home, pgdata)
  log.info({ pid, adopted }, adopted ? 'adopted the running PostgreSQL' : 'started PostgreSQL')
  await createDatabase(launch.socketDir)
  return { url: urlOf(launch.socketDir, DATABASE), adopted, pid, stop: () => stopServer(pgdata, launch, log) }
}

/** Stops the server of a data folder whoever started it; says whether one was running. */
export async function stopPostgres({ dataDir, log }: { dataDir: string; log: Log }): Promise<boolean> {
  const home = join(dataDir, 'postgres')
  const pgdata = join(home, MAJOR)
  return existsSync(pgdata) && (await stopServer(pgdata, launcher(home, postgresBinaries()), log))
}

const urlOf = (socketDir: string, database: string) => `postgres:///${database}?host=${encodeURIComponent(socketDir)}&user=${USER}`

/** `initdb` into a folder beside, then rename: a killed one leaves nothing half made. */
async function createCluster(home: string, pgdata: string, launch: Launcher, fast: boolean): Promise<void> {
  if (existsSync(join(pgdata, 'PG_VERSION'))) return
  const fresh = join(home, 'new')
  rmSync(fresh, { recursive: true, force: true })
  await mkdir(home, { recursive: true })
  const args = ['-D', join(launch.home, 'new'), '-U', USER, '--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--data-checksums']
  args.push('--auth=peer', ...(fast ? ['--no-sync'] : []))
  const output = join(home, 'initdb.log')
  rmSync(output, { force: true })
  const child = launch.start('initdb', args, output)
  const code = await new Promise<number | null>((resolve, reject) => child.once('error', reject).once('exit', resolve))
  if (code !== 0) throw new Error(`PostgreSQL could not be set up in ${home}: ${lastLine(output)}${rootHint()}`)
  renameSync(fresh, pgdata)
}

/** Only our own account on this machine, and only by the socket. */
function allowOnlyUs(pgdata: string): void {
  writeFileSync(join(pgdata, 'pg_hba.conf'), 'local all all peer map=us\n', { mode: 0o644 })
  writeFileSync(join(pgdata, 'pg_ident.conf'), `us "${ourName()}" ${USER}\n`, { mode: 0o644 })
}

function settings(socketDir: string, fast: boolean): string[] {
  const values: Record<string, string> = {
    listen_addresses: '',
    unix_socket_directories: socketDir,
    unix_socket_permissions: '0700',
    max_connections: '100',
    shared_buffers: '64MB',
    timezone: 'UTC',
    log_timezone: 'UTC',
    logging_collector: 'on',
    log_filename: 'postgresql-%a.log', // a file a weekday, overwritten a week later
    log_truncate_on_rotation: 'on',
    log_line_prefix: '%m [%p] %a ',
    ...(fast ? { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' } : { fsync: 'on', synchronous_commit: 'on' }),
  }
  return Object.entries(values).flatMap(([name, value]) => ['-c', `${name}=${value}`])
}

async function untilReady(home: string, pgdata: string): Promise<number> {
  const started = Date.now()
  let seen = false
  for (;;) {
    const server = readPostmaster(pgdata)
    if (server && isServerOf(pgdata, server.pid)) {
      if (server.ready) return server.pid
      seen = true
    } else if (seen || Date.now() - started > 15_000) {
      throw new Error(`PostgreSQL did not start in ${home}: ${lastLine(join(home, 'server.log'))}${rootHint()}`)
    }
    if (Date.now() - started > CRASH_RECOVERY_MS) throw new Error(`PostgreSQL in ${home} is still recovering after ${CRASH_RECOVERY_MS / 60_000} minutes; see its log in ${pgdata}/log.`)
    await sleep(20)
  }
}

async function createDatabase(socketDir: string): Promise<void> {
  const client = new pg.Client({ connectionString: urlOf(socketDir, 'postgres') })
  await client.connect()
  try {
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [DATABASE])
    if (rowCount === 0) await client.query(`create database ${DATABASE}`)
  } finally {
    await client.end()
  }
}

/** Fast shutdown (SIGINT) first; if it takes too long an immediate one (SIGQUIT), which the next start recovers from. */
async function stopServer(pgdata: string, launch: Launcher, log: Log): Promise<boolean> {
  const server = readPostmaster(pgdata)
  if (!server || !isServerOf(pgdata, server.pid)) return false
  for (const [signal, patience] of [['SIGINT', CLEAN_STOP_MS], ['SIGQUIT', 10_000]] as const) {
    process.kill(server.pid, signal)
    const until = Date.now() + patience
    while (isRunning(server.pid) && Date.now() < until) await sleep(20)
    if (!isRunning(server.pid)) {
      launch.clear()
      return true
    }
    log.warn({ pid: server.pid, signal }, 'PostgreSQL is slow to stop')
  }
  throw new Error(`PostgreSQL (pid ${server.pid}) did not stop.`)
}

function lastLine(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim().split('\n').at(-1) || 'it said nothing'
  } catch {
    return 'it said nothing'
  }
}

const rootHint = () =>
  process.getuid?.() === 0 ? ' (As root this needs mount namespaces, that is CAP_SYS_ADMIN; without them run brickyard as another user or set DATABASE_URL.)' : ''
