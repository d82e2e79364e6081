import { chmod, chown, lchown, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Problem } from '#base/problem.ts'
import type { Isolation } from './isolation.ts'
import type { VmSpec } from './provider.ts'
import type { VmPaths } from './records.ts'
import { diskPlace, imagePlace, mountTable, type SandboxSpec, sandboxScript, type SystemView } from './sandbox.ts'
import { quote, toolPath } from './shell.ts'

/** Who answers a machine's questions for names: those of the host, those of them it can reach through the router, or nobody. */
export type Resolver = 'shared' | 'routed' | 'none'

export type BootSpec = {
  spec: VmSpec
  paths: VmPaths
  uid: number | null
  isolation: Isolation
  view: SystemView
  resolver: Resolver
  imageDir: string | undefined
  exposePaths: readonly string[]
  /** Files the launcher writes itself into, so that not even its first child is outside the machine's groups. */
  joinFiles: readonly string[]
  /** Path of the machine's network namespace, when it has one. */
  networkNamespace: string | undefined
}

const hostnameOf = (spec: VmSpec): string => spec.hostname ?? spec.id

/** The whole environment of a machine. */
export function environmentOf({ spec, paths, isolation, imageDir }: BootSpec): Record<string, string> {
  const rooted = isolation.kind === 'rooted'
  const disk = rooted ? diskPlace : paths.disk
  return {
    PATH: toolPath,
    LANG: 'C.UTF-8',
    HOME: disk,
    USER: rooted ? 'brickyard' : '',
    TMPDIR: rooted ? '/tmp' : paths.temporary,
    ...spec.env,
    BRICKYARD_ADDRESS: spec.nic.address,
    BRICKYARD_HOSTNAME: hostnameOf(spec),
    BRICKYARD_DISK: disk,
    ...(imageDir === undefined ? {} : { BRICKYARD_IMAGE: rooted ? imagePlace : imageDir }),
  }
}

/** Refuses what could break out of a script or a file of ours. */
export function checkBootable(spec: VmSpec): void {
  const bad = (what: string): never => {
    throw new Problem('invalid', `The machine ${spec.id} ${what}.`)
  }
  if (!/^[A-Za-z0-9][A-Za-z0-9.-]{0,62}$/.test(hostnameOf(spec))) bad('has a host name that is not one')
  if (!Number.isFinite(spec.cpus) || spec.cpus <= 0 || !Number.isInteger(spec.memoryMb) || spec.memoryMb < 8) bad('needs cores and at least 8 MB of memory')
  for (const [name, value] of Object.entries(spec.env)) {
    if (!/^[A-Za-z_]\w*$/.test(name) || name.startsWith('BRICKYARD_VM') || value.includes('\0')) bad(`has an environment variable that is not one: ${name.slice(0, 40)}`)
  }
}

/**
 * The init, run by POSIX sh. A shell that waits for a foreground child reaps every orphan the kernel hands to it, so it is all a machine
 * needs. The boot script runs in the foreground: background children of a shell ignore SIGINT for ever, and kernels are interrupted with it.
 */
function initScript(boot: BootSpec): string {
  const environment = Object.entries(environmentOf(boot)).filter(([, value]) => value !== '')
  const script = boot.spec.customData.startsWith('#!') ? '"$BRICKYARD_DISK/.boot"' : ':'
  return `${environment.map(([name, value]) => `export ${name}=${quote(value)}`).join('\n')}
umask 022
trap : TERM HUP INT
ulimit -n "$(ulimit -Hn)" 2>/dev/null
cd "$HOME" || exit 1
echo up >&3
${script} 3>&- 9>&-
echo "exit $?" >&3
while :; do sleep ${idleSeconds} 3>&- 9>&-; done
`
}

/** What the init waits with; a stop need not wait for it. */
export const idleSeconds = 86_399

/** Exit code of a launcher that found the machine running. */
export const lockIsTaken = 75

/** Started by us, as us. Its lock makes a machine run at most once, whoever starts it; the lock lives as long as the machine. */
function launchScript({ paths, isolation, joinFiles, networkNamespace }: BootSpec): string {
  const enter = networkNamespace === undefined ? '' : `nsenter --net=${quote(networkNamespace)} `
  const privileges = '--no-new-privs --inh-caps=-all'
  const init = `/bin/sh ${quote(join(paths.inside, 'init'))}`
  const start = {
    rooted: `${enter}unshare --mount --pid --ipc --uts --fork --kill-child /bin/sh ${quote(paths.sandbox)}`,
    pids: `setpriv ${privileges} unshare --user --map-current-user --pid --mount-proc --fork --kill-child ${init}`,
    none: `${process.getuid?.() === 0 ? `setpriv ${privileges} --bounding-set=-all ` : ''}${init}`,
  }[isolation.kind]
  return `umask 022
exec 9>>${quote(paths.lock)} || exit 71
if command -v flock >/dev/null; then flock -n 9 || exit ${lockIsTaken}; fi
read -r boot </proc/sys/kernel/random/boot_id
read -r stat </proc/$$/stat
printf '%s\\n%s\\n' "$boot" "$stat" >${quote(paths.launched)} || exit 71
${joinFiles.map((file) => `echo $$ >${quote(file)} || exit 71`).join('\n')}
echo 500 2>/dev/null >/proc/$$/oom_score_adj
exec ${start}
`
}

/** Files of /etc that a machine has for itself: its user has a name (a JVM refuses to log in without), its host name resolves. */
async function identityFiles({ spec, uid, resolver }: BootSpec): Promise<Record<string, string>> {
  const system = (path: string) => readFile(path, 'utf8').catch(() => 'root:x:0:0:root:/root:/bin/sh\n')
  const [users, groups] = await Promise.all([system('/etc/passwd'), system('/etc/group')])
  const others = (text: string) => text.split('\n').filter((line) => line !== '' && !line.startsWith('brickyard:')).join('\n')
  return {
    passwd: `${others(users)}\nbrickyard:x:${uid}:${uid}:Brickyard:${diskPlace}:/bin/sh\n`,
    group: `${others(groups)}\nbrickyard:x:${uid}:\n`,
    'resolv.conf': await resolverFile(resolver),
    hosts: `127.0.0.1 localhost\n${spec.nic.address} ${hostnameOf(spec)}\n`,
  }
}

/** Without a server a question for a name fails at once (nothing listens on the machine's port 53), instead of after long waits. */
async function resolverFile(resolver: Resolver): Promise<string> {
  const nobody = '# Nobody answers here; names are in /etc/hosts.\n'
  if (resolver === 'none') return nobody
  const read = (path: string) => readFile(path, 'utf8').catch(() => '')
  const ours = await read('/etc/resolv.conf')
  if (resolver === 'shared') return ours
  const reachable = (text: string) => text.split('\n').filter((line) => /^(search|options)\b/.test(line) || /^nameserver\s+(?!127\.|::1)[\d.]+\s*$/.test(line))
  const lines = [reachable(ours), reachable(await read('/run/systemd/resolve/resolv.conf'))].find((some) => some.some((line) => line.startsWith('nameserver')))
  return lines === undefined ? nobody : `${lines.join('\n')}\n`
}

/** Writes everything a boot needs. All of it is made again at the next boot, except the disk. */
export async function writeBootFiles(boot: BootSpec): Promise<void> {
  const { spec, paths, uid, isolation } = boot
  await rm(paths.temporary, { recursive: true, force: true })
  for (const dir of [paths.disk, paths.temporary, paths.inside, paths.root]) await mkdir(dir, { recursive: true, mode: 0o700 })
  const own = async (path: string, mode: number) => {
    if (uid !== null) await chown(path, uid, uid)
    await chmod(path, mode)
  }
  await own(paths.disk, 0o700)
  await own(paths.temporary, 0o1777)
  await chmod(paths.inside, 0o755)
  // The disk belongs to the machine, which may have put a link where the boot script goes: never write through it.
  await rm(paths.bootScript, { recursive: true, force: true })
  if (spec.customData.startsWith('#!')) {
    await writeFile(paths.bootScript, spec.customData, { mode: 0o700, flag: 'wx' })
    if (uid !== null) await lchown(paths.bootScript, uid, uid)
  }
  const put = async (path: string, text: string, mode: number) => {
    await rm(path, { force: true })
    await writeFile(path, text, { mode, flag: 'wx' })
    await chmod(path, mode)
  }
  await put(join(paths.inside, 'init'), initScript(boot), 0o400)
  if (uid !== null) await chown(join(paths.inside, 'init'), uid, uid)
  await put(paths.launcher, launchScript(boot), 0o600)
  if (isolation.kind !== 'rooted' || uid === null) return
  for (const [name, text] of Object.entries(await identityFiles(boot))) await put(join(paths.inside, name), text, 0o644)
  const { imageDir, exposePaths, view, networkNamespace } = boot
  const sandbox: SandboxSpec = {
    ...{ paths, view, imageDir, exposePaths, uid },
    memoryMb: spec.memoryMb,
    hostname: hostnameOf(spec),
    ownNetwork: networkNamespace !== undefined,
  }
  await put(paths.mounts, await mountTable(sandbox), 0o600)
  await put(paths.sandbox, await sandboxScript(sandbox), 0o600)
}
