import { realpath } from 'node:fs/promises'
import { quote, tryShell } from './shell.ts'

/**
 * How far a machine can be set apart on this host.
 * `rooted`: own root folder, pid namespace and uid (we are root and may mount).
 * `pids`: an own pid namespace through a user namespace (an ordinary user, where the kernel lets us).
 * `none`: an ordinary process group.
 */
export type Isolation = { kind: 'rooted' | 'pids' | 'none'; uidBase: number; why: string; fix?: string }

const tools = { unshare: 'util-linux', setpriv: 'util-linux', nsenter: 'util-linux', flock: 'util-linux', mount: 'mount', pivot_root: 'util-linux', ip: 'iproute2', nft: 'nftables' }

/** Tools that are not installed, and the command that installs them. */
export async function missingTools(names: (keyof typeof tools)[]): Promise<{ names: string[]; fix: string } | null> {
  const { stdout } = await tryShell(names.map((name) => `command -v ${name} >/dev/null || echo ${name}`).join('\n'))
  const missing = names.filter((name) => stdout.split('\n').includes(name))
  if (missing.length === 0) return null
  return { names: missing, fix: `apt-get install -y ${[...new Set(missing.map((name) => tools[name]))].join(' ')}` }
}

export const uidsPerInstance = 4096

/** The uid of machine 0. Inside a container only the ids mapped to it exist; see user_namespaces(7). */
async function firstUid(tag: string): Promise<number> {
  const { stdout } = await tryShell('cat /proc/self/uid_map')
  const ends = stdout.trim().split('\n').map((line) => line.trim().split(/\s+/).map(Number)).map(([inside = 0, , count = 0]) => inside + count)
  const wide = 0x1000_0000 + Number.parseInt(tag.slice(0, 4), 16) * uidsPerInstance
  return wide + uidsPerInstance < Math.max(...ends) ? wide : 30_000
}

const firstLine = (text: string): string => text.trim().split('\n')[0] ?? ''

/** Tries things out instead of guessing from names of capabilities: containers forbid in many ways. */
export async function probeIsolation(tag: string, allowed: 'all' | 'pids' | 'none' = 'all'): Promise<Isolation> {
  const uidBase = await firstUid(tag)
  if (allowed === 'none') return { kind: 'none', uidBase, why: 'switched off' }
  const missing = await missingTools(['unshare', 'setpriv', 'flock', 'mount', 'pivot_root'])
  if (missing !== null) return { kind: 'none', uidBase, why: `${missing.names.join(', ')} not installed`, fix: missing.fix }
  if (allowed === 'all' && process.getuid?.() === 0) {
    const inside = `mount -t tmpfs tmpfs /mnt && setpriv --reuid ${uidBase} --regid ${uidBase} --clear-groups --no-new-privs --bounding-set=-all true`
    const { code, stderr } = await tryShell(`unshare --mount --pid --ipc --uts --fork --kill-child sh -c ${quote(inside)}`)
    if (code === 0) return { kind: 'rooted', uidBase, why: 'mount, pid, ipc and uts namespaces' }
    return { kind: 'none', uidBase, why: `namespaces are not allowed here: ${firstLine(stderr)}`, fix: 'run with CAP_SYS_ADMIN (containers: --privileged)' }
  }
  const { code, stderr } = await tryShell('unshare --user --map-current-user --pid --mount-proc --fork --kill-child true')
  if (code === 0) return { kind: 'pids', uidBase, why: 'a pid namespace inside a user namespace', fix: 'run as root' }
  return { kind: 'none', uidBase, why: `not root, and user namespaces are not allowed here: ${firstLine(stderr)}`, fix: 'run as root' }
}

/** Can we make networks? A whole trial, in a namespace that ends with it; null when it worked. */
export async function probeNetworks(): Promise<string | null> {
  if (process.getuid?.() !== 0) return 'not root (CAP_NET_ADMIN and CAP_SYS_ADMIN are needed)'
  const missing = await missingTools(['ip', 'nft', 'nsenter', 'unshare', 'setpriv', 'flock', 'mount', 'pivot_root'])
  if (missing !== null) return `${missing.names.join(', ')} not installed; install with: ${missing.fix}`
  const trial = `ip link add br0 type bridge && ip link add name t0 type veth peer name t1 && nft -f - <<'END'
table inet trial {
  chain incoming {
    type filter hook input priority 0; policy drop;
    ct state established,related accept
  }
}
table ip trial {
  chain there {
    type nat hook output priority -100;
    ip daddr 127.0.0.1 tcp dport 8443-8502 dnat to 100.64.0.1
  }
  chain back {
    type nat hook postrouting priority 100;
    masquerade
  }
}
END
`
  const { code, stderr } = await tryShell(`unshare --net sh -c ${quote(trial)}`)
  return code === 0 ? null : `the kernel refuses network namespaces, bridges or nftables: ${firstLine(stderr)}`
}

/** The paths that exist, each as given and as what it really is, without doubles. */
export async function withRealPaths(paths: readonly string[]): Promise<string[]> {
  const real = await Promise.all(paths.map((path) => realpath(path).then((to) => [path, to], () => [])))
  return [...new Set(real.flat())]
}
