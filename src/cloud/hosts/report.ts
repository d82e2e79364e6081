import type { Cgroups } from './cgroups.ts'
import type { Isolation } from './isolation.ts'
import type { HostsFact, HostsReport } from './provider.ts'

const yes = (how: string): HostsFact => ({ yes: true, how })
const no = (how: string, fix?: string): HostsFact => ({ yes: false, how, ...(fix === undefined ? {} : { fix }) })

type Known = { kind: 'process' | 'netns'; outbound: 'none' | 'nat'; fellBack: string[]; cgroups: Cgroups; isolation: Isolation }

/** What is really enforced here, in words for doctor and portal. */
export function hostsReport({ kind, outbound, fellBack, cgroups, isolation }: Known): HostsReport {
  const rooted = isolation.kind === 'rooted'
  const limit = (controller: 'memory' | 'cpu' | 'pids', what: string): HostsFact =>
    cgroups.limits(controller)
      ? yes(`${what}, by cgroups (${cgroups.layout})`)
      : no(`the ${controller} controller of cgroups is not writable here`, 'run as root, or as a service with Delegate=yes')
  const missing = fellBack.join('; ')
  return {
    kind,
    fellBack,
    networkRules:
      kind === 'netns'
        ? yes('nftables in a network namespace for each machine')
        : no(`recorded, not enforced: machines share the host's network${missing === '' ? '' : ` (${missing})`}`, 'run as root with iproute2 and nftables installed'),
    outbound:
      kind === 'process' || outbound === 'nat'
        ? yes(kind === 'process' ? 'machines use the network of this host' : 'through this host, as far as their rules allow')
        : no('machines reach their network and the control plane only', "set outbound to 'nat'"),
    ownAddress: yes(kind === 'netns' ? 'an address of its subnet; networks may overlap' : 'an own loopback address; connections it opens come from 127.0.0.1'),
    ownUid: rooted ? yes('a user id for each machine, without capabilities') : no(`machines run as this user (${isolation.why})`, isolation.fix),
    ownFiles: rooted ? yes('an own root folder: the system and the image read-only, its disk, nothing else') : no(`machines see this user's files (${isolation.why})`, isolation.fix),
    ownProcesses: isolation.kind === 'none' ? no(isolation.why, isolation.fix) : yes(isolation.why),
    memoryLimit: limit('memory', 'the memory of the machine size'),
    cpuLimit: limit('cpu', 'the cores of the machine size'),
    processLimit: limit('pids', 'a bound on processes and threads'),
    freezer: cgroups.freezer === 'none' ? no('hibernation stops every process by signal', 'make cgroups writable') : yes(`the kernel's freezer (cgroup ${cgroups.freezer})`),
    cgroups: cgroups.layout,
  }
}
