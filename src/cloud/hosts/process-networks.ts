import { mkdir, rm } from 'node:fs/promises'
import { Problem } from '#base/problem.ts'
import { contains, nextLoopback, parseAddress, parsePrefix } from './addresses.ts'
import type { Wiring } from './machines.ts'
import { checkId } from './names.ts'
import { checkNetwork, networkInUse } from './networks.ts'
import type { NetworkSpec } from './provider.ts'
import { allRecords, type HostPaths, namesIn, VmRecord, writeWhole } from './records.ts'

/** Networks that are only written down: every machine has a loopback address of its own and all of them share the host's network. */
export function recordedNetworks({ paths, tag }: { paths: HostPaths; tag: string }) {
  const wiring: Wiring = {
    async check({ nic }) {
      const address = parseAddress(nic.address)
      const ours = contains(parsePrefix('127.0.0.0/8').range, address) && !contains(parsePrefix('127.0.0.0/24').range, address)
      if (!ours) throw new Problem('invalid', `${nic.address} is not a loopback address for a machine.`)
    },
    plug: async () => undefined,
    setRules: async () => {},
    unplug: async () => {},
    plugged: async () => [],
  }
  return {
    wiring,
    allocate: (_network: NetworkSpec, _subnet: string, taken: ReadonlySet<string>): string => nextLoopback(tag, taken),
    async ensure(spec: NetworkSpec): Promise<void> {
      checkNetwork(spec)
      await mkdir(paths.network(spec.id).dir, { recursive: true, mode: 0o700 })
      const { id, prefixes, subnets } = spec
      await writeWhole(paths.network(id).record, JSON.stringify({ id, prefixes, subnets, uplink: null, madeIn: null, reach: '' }))
    },
    async remove(id: string): Promise<void> {
      checkId(id, 'network')
      networkInUse(id, await allRecords(paths.vms, 'vm.json', VmRecord))
      await rm(paths.network(id).dir, { recursive: true, force: true })
    },
    list: () => namesIn(paths.networks),
  }
}
