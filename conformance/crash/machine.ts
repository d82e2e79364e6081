import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** What of the product is on this machine right now, as the kernel and the disk say, whatever the product believes. */
export type Traces = { namespaces: string[]; interfaces: string[]; tables: string[]; cgroups: string[]; vmFolders: string[]; storageFolders: string[]; processes: string[] }

const lines = (file: string, args: string[]) => {
  try {
    return execFileSync(file, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).split('\n').filter((line) => line !== '')
  } catch {
    return [] // no such tool, no such right: then there are no such objects either
  }
}
const folders = (path: string) => (existsSync(path) ? readdirSync(path) : [])

export function traces(dataDir: string): Traces {
  // Names in the kernel carry the first digits of the data directory's hash (docs/hosts.md): other instances are not ours to judge.
  const tag = createHash('sha256').update(dataDir).digest('hex').slice(0, 6)
  return {
    namespaces: lines('ip', ['netns', 'list']).map((line) => line.split(' ')[0] ?? '').filter((name) => name.startsWith(`by${tag}`)).sort(),
    interfaces: lines('ip', ['-o', 'link', 'show']).map((line) => line.split(': ')[1]?.split('@')[0] ?? '').filter((name) => name.startsWith(`by${tag}`)).sort(),
    tables: lines('nft', ['list', 'tables']).filter((name) => name.includes(`brickyard_${tag}`)).sort(),
    cgroups: cgroups('/sys/fs/cgroup', `brickyard-${tag}`, 0).sort(),
    vmFolders: folders(join(dataDir, 'cloud', 'vms')).sort(),
    storageFolders: folders(join(dataDir, 'cloud', 'storage')).filter((name) => !name.startsWith('.')).sort(),
    processes: machineProcesses(tag).sort(),
  }
}

/** Control groups of machines: folders inside ours, at most three levels down. */
function cgroups(path: string, ours: string, depth: number): string[] {
  if (depth > 3 || !existsSync(path)) return []
  return readdirSync(path, { withFileTypes: true }).filter((entry) => entry.isDirectory()).flatMap((entry) => {
    const inside = join(path, entry.name)
    return [...(path.includes(ours) ? [inside] : []), ...cgroups(inside, ours, depth + 1)]
  })
}

/** Processes that run inside a machine of ours: their control group, or the mark in what they were started with, says so. */
function machineProcesses(tag: string): string[] {
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name)).filter((pid) => {
    try {
      return readFileSync(`/proc/${pid}/cgroup`, 'utf8').includes(`brickyard-${tag}`) || readFileSync(`/proc/${pid}/environ`, 'latin1').includes(`=${tag}/`)
    } catch {
      return false // gone since, or a thread of the kernel
    }
  })
}
