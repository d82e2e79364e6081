import { spawn, type ChildProcess } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmodSync, chownSync, closeSync, lstatSync, mkdirSync, openSync, realpathSync, rmdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'

/** PostgreSQL refuses to run as root; then it gets this uid, which no system hands out (see docs/decisions/0003-postgresql.md). */
const SERVER_UID = 60700

/** A unix socket's whole name must fit in 107 bytes (`sockaddr_un`), and PostgreSQL appends this to the folder. */
const LONGEST_FOLDER = 107 - '/.s.PGSQL.5432'.length

/** How the server's programs are run: where they see their folders, and a way to start one. */
export type Launcher = {
  /** The folder of the server as its programs see it. */
  home: string
  /** The folder of the socket, the same for the server and for us. */
  socketDir: string
  /** Starts `bin/<program>`, detached, with its output in the file `output`. */
  start(program: string, args: string[], output: string): ChildProcess
  /** Takes away what was made outside `home`, once the server is gone. Never removes a folder that holds anything. */
  clear(): void
}

const environment = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LANG: 'C', LC_ALL: 'C', TZ: 'UTC' }

/** Decides how to run PostgreSQL here: directly, or under another uid if we are root. `home` is `<data-dir>/postgres`. */
export function launcher(home: string, native: string): Launcher {
  mkdirSync(home, { recursive: true, mode: 0o700 })
  return process.getuid?.() === 0 ? asAnotherUser(home, native) : asOurselves(home, native)
}

function asOurselves(home: string, native: string): Launcher {
  const inside = join(home, 'socket')
  const socketDir = Buffer.byteLength(inside) <= LONGEST_FOLDER ? inside : join(tmpdir(), `brickyard-${process.getuid?.()}-${nameOf(home)}`)
  ownFolder(socketDir, 0o700)
  return {
    home,
    socketDir,
    start: (program, args, output) => detached(join(native, 'bin', program), args, output),
    clear: () => removeEmpty([socketDir]),
  }
}

/**
 * The data folder is 0700 and usually under /root, the binaries may be too: another uid can reach neither. So the server gets a
 * mount namespace of its own in which both appear under a short path, and gives up every capability before it starts.
 * `initdb` also wants its uid to have a name, hence the passwd file.
 */
function asAnotherUser(home: string, native: string): Launcher {
  const place = join(runFolder(), nameOf(home))
  ownFolder(place, 0o711)
  for (const name of ['home', 'native']) ownFolder(join(place, name), 0o711)
  chownSync(home, SERVER_UID, SERVER_UID)
  chmodSync(home, 0o700)
  const socketDir = join(place, 'socket')
  mkdirSync(socketDir, { recursive: true })
  chownSync(socketDir, SERVER_UID, SERVER_UID)
  chmodSync(socketDir, 0o700)
  const passwd = join(place, 'passwd')
  writeFileSync(passwd, `root:x:0:0::/root:/bin/sh\nbrickyard:x:${SERVER_UID}:${SERVER_UID}::/:/bin/false\n`, { mode: 0o644 })
  const script = [
    'mount --bind "$1" "$3/home"',
    'mount --bind "$2" "$3/native"',
    'mount --bind "$3/passwd" /etc/passwd',
    'cd "$3/home"',
    'shift 3',
    `exec setpriv --reuid=${SERVER_UID} --regid=${SERVER_UID} --clear-groups --inh-caps=-all --bounding-set=-all --no-new-privs -- "$@"`,
  ].join(' && ')
  return {
    home: join(place, 'home'),
    socketDir,
    start: (program, args, output) =>
      detached('unshare', ['--mount', '--', 'sh', '-c', script, 'sh', home, native, place, join(place, 'native', 'bin', program), ...args], output),
    clear() {
      rmSync(passwd, { force: true })
      removeEmpty([socketDir, join(place, 'home'), join(place, 'native'), place])
    },
  }
}

function removeEmpty(folders: string[]): void {
  for (const folder of folders) {
    try {
      rmdirSync(folder)
    } catch {} // not empty, or gone already
  }
}

function detached(command: string, args: string[], output: string): ChildProcess {
  const log = openSync(output, 'a', 0o600)
  try {
    return spawn(command, args, { detached: true, stdio: ['ignore', log, log], env: environment, cwd: '/' })
  } finally {
    closeSync(log)
  }
}

/** Who we are as PostgreSQL's peer authentication will see us. */
export const ourName = (): string => userInfo().username

/** Short and stable for one folder. */
const nameOf = (folder: string): string => createHash('sha256').update(realpathSync(folder)).digest('hex').slice(0, 12)

function runFolder(): string {
  for (const parent of ['/run', tmpdir()]) {
    try {
      const folder = join(parent, 'brickyard')
      ownFolder(folder, 0o711)
      return folder
    } catch (error) {
      if (parent !== '/run') throw error
    }
  }
  throw new Error('unreachable')
}

/** A folder that is really ours: another user could have made it first in a shared place such as /tmp. */
function ownFolder(path: string, mode: number): void {
  mkdirSync(path, { recursive: true, mode })
  const found = lstatSync(path)
  if (!found.isDirectory() || found.uid !== process.getuid?.()) throw new Error(`${path} belongs to somebody else: remove it, or choose another --data-dir.`)
  chmodSync(path, mode)
}
