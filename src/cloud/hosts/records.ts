import { randomUUID } from 'node:crypto'
import { open, readFile, readdir, rename } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { z } from 'zod'

const Rule = z.object({
  name: z.string(),
  priority: z.number(),
  direction: z.enum(['Inbound', 'Outbound']),
  access: z.enum(['Allow', 'Deny']),
  protocol: z.enum(['Tcp', 'Udp', 'Icmp', '*']),
  source: z.array(z.string()),
  sourcePorts: z.array(z.string()),
  destination: z.array(z.string()),
  destinationPorts: z.array(z.string()),
})

/** What must survive us about a machine; never its user data or environment, which may hold secrets. */
export const VmRecord = z.object({
  id: z.string(),
  uid: z.number().nullable(),
  nic: z.object({ id: z.string(), network: z.string(), subnet: z.string(), address: z.string(), rules: z.array(Rule) }),
})
export type VmRecord = z.infer<typeof VmRecord>

export const NetworkRecord = z.object({
  id: z.string(),
  prefixes: z.array(z.string()),
  subnets: z.array(z.object({ name: z.string(), prefix: z.string() })),
  /** Number of the /30 between this network and the host; null where networks are only recorded. */
  uplink: z.number().nullable(),
  /** The host boot in which everything of it was made; null while it is being made. */
  madeIn: z.string().nullable(),
  /** What its machines may reach beyond it (ports, outbound), as the router was told last. */
  reach: z.string().default(''),
})
export type NetworkRecord = z.infer<typeof NetworkRecord>

/** Where things lie in the data directory. */
export const hostPaths = (dataDir: string) => {
  const vms = join(dataDir, 'cloud', 'vms')
  const networks = join(dataDir, 'cloud', 'networks')
  return {
    dataDir,
    vms,
    networks,
    vm: (id: string) => {
      const dir = join(vms, id)
      return {
        dir,
        record: join(dir, 'vm.json'),
        disk: join(dir, 'disk'),
        bootScript: join(dir, 'disk', '.boot'),
        /** The machine's /tmp: emptied at every boot, on disk rather than in its memory. */
        temporary: join(dir, 'tmp'),
        console: join(dir, 'console.log'),
        /** Files the machine reads while it starts: init, passwd, hosts. */
        inside: join(dir, 'inside'),
        root: join(dir, 'root'),
        launcher: join(dir, 'launch.sh'),
        sandbox: join(dir, 'sandbox.sh'),
        mounts: join(dir, 'fstab'),
        lock: join(dir, 'lock'),
        /** Written by the launcher: boot id of the host and its own /proc/<pid>/stat line. */
        launched: join(dir, 'launched'),
        /** Written by the init: `up`, `exit <code>`; and by us: `off`. */
        state: join(dir, 'state'),
        /** Exists while hibernated by signals, where there is no freezer. */
        frozen: join(dir, 'frozen'),
      }
    },
    network: (id: string) => ({ dir: join(networks, id), record: join(networks, id, 'network.json') }),
  }
}
export type HostPaths = ReturnType<typeof hostPaths>
export type VmPaths = ReturnType<HostPaths['vm']>

/** Whole or not at all, and on the disk before we go on. */
export async function writeWhole(path: string, text: string, mode = 0o600): Promise<void> {
  const temporary = `${path}.${randomUUID()}.new` // two machines of one network may write its record at once
  const file = await open(temporary, 'w', mode)
  try {
    await file.chmod(mode)
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(temporary, path)
  const folder = await open(dirname(path), 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

/** A record, or null when it was never written. A broken one is an error: better to stop than to double a machine. */
export async function readRecord<T>(path: string, schema: z.ZodType<T>): Promise<T | null> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null
    throw error
  })
  return text === null ? null : schema.parse(JSON.parse(text))
}

export const namesIn = (dir: string): Promise<string[]> => readdir(dir).catch(() => [])

/** All records of a kind. */
export async function allRecords<T>(dir: string, file: string, schema: z.ZodType<T>): Promise<T[]> {
  const records = await Promise.all((await namesIn(dir)).map((name) => readRecord(join(dir, name, file), schema)))
  return records.filter((record) => record !== null)
}

/** Runs things with the same key one after the other. */
export function oneAtATime() {
  const last = new Map<string, Promise<unknown>>()
  return async <T>(key: string, work: () => Promise<T>): Promise<T> => {
    const before = last.get(key) ?? Promise.resolve()
    const mine = before.then(work, work)
    const settled = mine.catch(() => {})
    last.set(key, settled)
    try {
      return await mine
    } finally {
      if (last.get(key) === settled) last.delete(key)
    }
  }
}
