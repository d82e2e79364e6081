import { lstat, readlink, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { quote } from './shell.ts'
import type { VmPaths } from './records.ts'

/** The image's place in every machine that has a root folder of its own, as in a real machine image. */
export const imagePlace = '/opt/brickyard'
export const diskPlace = '/home/brickyard'

/** What a machine sees of the host's system. Everything else is hidden: homes, the data directory, sockets in /run. */
const systemNames = ['usr', 'etc', 'bin', 'sbin', 'lib', 'lib32', 'lib64', 'libx32', 'nix', 'gnu']
const deviceNames = ['null', 'zero', 'full', 'random', 'urandom', 'tty']
/** Places that are the machine's own or already there: nothing is bound into them again. */
const covered = ['/usr', '/etc', '/bin', '/sbin', '/lib', '/lib32', '/lib64', '/nix', '/gnu', '/proc', '/sys', '/dev', '/run']

export type SystemView = { folders: string[]; links: { name: string; to: string }[]; devices: string[]; cgroups: boolean; /** Where /etc/resolv.conf leads, if there is one. */ resolver: string | null }

/** Reads how this host lays out its system (most distributions link /bin to usr/bin). */
export async function readSystemView(): Promise<SystemView> {
  const there = (path: string) => lstat(path).then(() => true, () => false)
  const found = await Promise.all(deviceNames.map((name) => there(`/dev/${name}`)))
  const view: SystemView = { folders: [], links: [], devices: deviceNames.filter((_, index) => found[index]), cgroups: await there('/sys/fs/cgroup'), resolver: await readlink('/etc/resolv.conf').then((to) => resolve('/etc', to), async () => ((await there('/etc/resolv.conf')) ? '/etc/resolv.conf' : null)) }
  for (const name of systemNames) {
    const entry = await lstat(`/${name}`).catch(() => null)
    if (entry?.isSymbolicLink()) view.links.push({ name, to: await readlink(`/${name}`) })
    else if (entry?.isDirectory()) view.folders.push(name)
  }
  return view
}

export type SandboxSpec = {
  paths: VmPaths
  view: SystemView
  imageDir: string | undefined
  exposePaths: readonly string[]
  memoryMb: number
  hostname: string
  uid: number
  ownNetwork: boolean
}

const field = (path: string): string => path.replace(/[\s\\#]/g, (char) => `\\${char.charCodeAt(0).toString(8).padStart(3, '0')}`)

/** The mounts of a machine in the form of fstab(5): one `mount -a` makes them all, in order. */
export async function mountTable({ paths, view, imageDir, exposePaths, memoryMb, ownNetwork }: SandboxSpec): Promise<string> {
  const at = (place: string): string => join(paths.root, place)
  const lines: string[] = []
  const add = (source: string, place: string, type: string, options: string) =>
    lines.push(`${field(source)} ${field(at(place))} ${type} ${options} 0 0`)
  const bind = (source: string, place: string, options = 'bind,ro,nosuid,X-mount.mkdir=0755') => add(source, place, 'none', options)

  for (const name of view.folders) bind(`/${name}`, name, 'rbind,ro,nosuid,X-mount.mkdir=0755')
  for (const name of ['passwd', 'group', 'hosts']) bind(join(paths.inside, name), `/etc/${name}`, 'bind,ro')
  if (view.resolver !== null) bind(join(paths.inside, 'resolv.conf'), view.resolver, 'bind,ro')
  bind(paths.inside, '/run/brickyard')
  bind(paths.disk, diskPlace, 'bind,nosuid,nodev,X-mount.mkdir=0755')
  bind(paths.temporary, '/tmp', 'bind,nosuid,nodev,X-mount.mkdir=0755')
  bind(paths.temporary, '/var/tmp', 'bind,nosuid,nodev,X-mount.mkdir=0755')
  for (const name of view.devices) bind(`/dev/${name}`, `/dev/${name}`, 'bind')
  add('devpts', '/dev/pts', 'devpts', 'nosuid,noexec,newinstance,ptmxmode=0666,mode=620,X-mount.mkdir=0755')
  add('tmpfs', '/dev/shm', 'tmpfs', `nosuid,nodev,mode=1777,size=${Math.max(16, Math.floor(memoryMb / 2))}m,X-mount.mkdir=0755`)
  add('proc', '/proc', 'proc', 'nosuid,nodev,noexec,X-mount.mkdir=0755')
  if (ownNetwork) add('sysfs', '/sys', 'sysfs', 'ro,nosuid,nodev,noexec,X-mount.mkdir=0755')
  else bind('/sys', '/sys', 'bind,ro,nosuid,nodev,noexec,X-mount.mkdir=0755')
  if (view.cgroups) bind('/sys/fs/cgroup', '/sys/fs/cgroup', 'rbind') // A JVM reads its memory limit there.
  if (imageDir !== undefined) bind(imageDir, imagePlace)
  for (const path of exposed({ imageDir, exposePaths })) {
    const info = await stat(path)
    bind(path, path, info.isDirectory() ? undefined : 'bind,ro')
  }
  return `${lines.join('\n')}\n`
}

/** Paths to show at their own place, outer ones first, without those that are inside another or already visible. */
function exposed({ imageDir, exposePaths }: Pick<SandboxSpec, 'imageDir' | 'exposePaths'>): string[] {
  const wanted = [...exposePaths, ...(imageDir === undefined ? [] : [imageDir])].toSorted()
  const inside = (path: string, folder: string) => path === folder || path.startsWith(`${folder}/`)
  return wanted.filter((path, index) => ![...covered, ...wanted.slice(0, index)].some((folder) => inside(path, folder)))
}

/**
 * Runs as root in the machine's fresh namespaces: builds the root folder, moves into it, drops everything it may do, becomes the init.
 * Every host folder is mounted read-only or owned by another uid; `no-new-privs` and the empty bounding set keep it that way.
 */
export async function sandboxScript(spec: SandboxSpec): Promise<string> {
  const { paths, view, hostname, uid } = spec
  const files = await Promise.all(spec.exposePaths.map(async (path) => ((await stat(path)).isFile() ? path : null)))
  // Where the system's resolv.conf is a link into /run, the machine gets a file at the end of it.
  const resolver = view.resolver === null || view.resolver.startsWith('/etc/') || view.resolver.startsWith('/usr/') ? [] : [view.resolver]
  const alone = [...files.filter((path) => path !== null && !covered.some((folder) => path.startsWith(`${folder}/`))), ...resolver].map((path) => `${path}`)
  const folders = ['dev', 'proc', 'sys', 'root', 'mnt', 'srv', 'var/log', 'var/lib', 'var/cache', '.host', ...alone.map((path) => dirname(path).slice(1))]
  return `set -e
umask 022
mount -t tmpfs -o mode=0755,size=16m,nosuid machine ${quote(paths.root)}
cd ${quote(paths.root)}
mkdir -p ${folders.map((folder) => quote(folder)).join(' ')}
${[...view.devices.map((name) => `dev/${name}`), ...alone.map((path) => path.slice(1))].map((file) => `: >${quote(file)}`).join('\n')}
ln -s /proc/self/fd dev/fd
ln -s /proc/self/fd/0 dev/stdin
ln -s /proc/self/fd/1 dev/stdout
ln -s /proc/self/fd/2 dev/stderr
ln -s pts/ptmx dev/ptmx
${view.links.map(({ name, to }) => `ln -s ${quote(to)} ${quote(name)}`).join('\n')}
mount -a -T ${quote(paths.mounts)}
echo ${quote(hostname)} >/proc/sys/kernel/hostname
pivot_root . .host
cd /
umount -l /.host
exec setpriv --reuid ${uid} --regid ${uid} --clear-groups --no-new-privs --inh-caps=-all --bounding-set=-all /bin/sh /run/brickyard/init
`
}
