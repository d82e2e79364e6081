import { mkdir, realpath } from 'node:fs/promises'
import { Problem } from '#base/problem.ts'
import { findHierarchies, type Hierarchy, openCgroups } from './cgroups.ts'
import { type Isolation, probeIsolation, probeNetworks } from './isolation.ts'
import { openMachines } from './machines.ts'
import { instanceTag, kernelNames } from './names.ts'
import { openNetworks } from './networks.ts'
import { recordedNetworks } from './process-networks.ts'
import type { HostProvider, HostsOptions } from './provider.ts'
import { hostPaths } from './records.ts'
import { hostsReport } from './report.ts'
import { readSystemView } from './sandbox.ts'

/** Less than the host can do, so that every layout is tested on one host. */
export type Restrictions = { isolation?: Isolation['kind']; cgroups?: (found: Hierarchy[]) => Hierarchy[] }

/** Opens the machines and networks of this host. `auto` takes network namespaces where they work and says why where not. */
export async function openHosts(options: HostsOptions, restrictions: Restrictions = {}): Promise<HostProvider> {
  await mkdir(options.dataDir, { recursive: true, mode: 0o700 })
  const dataDir = await realpath(options.dataDir)
  const tag = instanceTag(dataDir)
  const names = kernelNames(tag)
  const paths = hostPaths(dataDir)
  await Promise.all([mkdir(paths.vms, { recursive: true, mode: 0o700 }), mkdir(paths.networks, { recursive: true, mode: 0o700 })])

  const wanted = { rooted: 'all', pids: 'pids', none: 'none' } as const
  const [isolation, obstacle, hierarchies, view] = await Promise.all([
    probeIsolation(tag, wanted[restrictions.isolation ?? 'rooted']),
    options.mode === 'process' ? null : probeNetworks(),
    findHierarchies(names.cgroup),
    readSystemView(),
  ])
  const why = obstacle ?? (options.mode !== 'process' && isolation.kind !== 'rooted' ? isolation.why : null)
  if (options.mode === 'netns' && why !== null) throw new Problem('unavailable', `Machines cannot have networks of their own on this host: ${why}.`)
  const kind = options.mode === 'process' || why !== null ? 'process' : 'netns'

  const cgroups = openCgroups(restrictions.cgroups?.(hierarchies) ?? hierarchies, names.cgroup)
  const { ports, storagePort, outbound = 'none' } = options
  const networks = kind === 'netns' ? openNetworks({ paths, names, ports, storagePort, outbound }) : recordedNetworks({ paths, tag })
  const machines = openMachines({
    ...{ paths, names, cgroups, isolation, view },
    wiring: networks.wiring,
    resolver: kind === 'process' ? 'shared' : outbound === 'nat' ? 'routed' : 'none',
    imageDir: options.imageDir,
    exposePaths: options.exposePaths ?? [],
    stopGraceMs: options.stopGraceMs ?? 10_000,
  })

  return {
    kind,
    enforcesRules: kind === 'netns',
    addressScope: kind === 'netns' ? 'network' : 'host',
    allocate: networks.allocate,
    ensureNetwork: networks.ensure,
    removeNetwork: networks.remove,
    ensure: machines.ensure,
    observe: machines.observe,
    stop: machines.stop,
    freeze: machines.freeze,
    thaw: machines.thaw,
    release: machines.release,
    setRules: machines.setRules,
    consoleLog: machines.consoleLog,
    list: async () => ({ vms: await machines.list(), networks: await networks.list() }),
    report: () => hostsReport({ kind, outbound, fellBack: why === null ? [] : [why], cgroups, isolation }),
  }
}
