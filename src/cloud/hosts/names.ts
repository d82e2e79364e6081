import { createHash } from 'node:crypto'
import { Problem } from '#base/problem.ts'

const hash = (text: string, length: number): string => createHash('sha256').update(text).digest('hex').slice(0, length)

/** Marks everything of this data directory in the kernel, so that two instances never touch each other's objects. */
export const instanceTag = (dataDir: string): string => hash(dataDir, 6)

/** Ids end up in file names, kernel names and scripts: nothing but [a-z0-9-], and not starting with a dash. */
export function checkId(id: string, what: string): string {
  if (/^[a-z0-9][a-z0-9-]{0,62}$/.test(id)) return id
  throw new Problem('invalid', `'${id.slice(0, 80)}' is not a valid ${what} id: use a-z, 0-9 and '-', at most 63 characters.`)
}

/** Names of kernel objects. Interface names have at most 15 characters (IFNAMSIZ), so those are hashed or numbered. */
export const kernelNames = (tag: string) => ({
  table: `brickyard_${tag}`,
  cgroup: `brickyard-${tag}`,
  routerPrefix: `by${tag}-net-`,
  machinePrefix: `by${tag}-vm-`,
  router: (networkId: string) => `by${tag}-net-${networkId}`,
  machine: (vmId: string) => `by${tag}-vm-${vmId}`,
  uplinkPrefix: `by${tag}u`,
  uplink: (index: number) => `by${tag}u${index.toString(36)}`,
  port: (vmId: string) => `v${hash(vmId, 11)}`,
  mark: (vmId: string) => `${tag}/${vmId}`,
})

export type KernelNames = ReturnType<typeof kernelNames>

/** A stable, locally administered hardware address. */
export const hardwareAddress = (vmId: string): string => `02:${hash(`mac ${vmId}`, 10).replace(/..(?=.)/g, '$&:')}`
