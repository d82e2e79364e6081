import { access, mkdir, rm } from 'node:fs/promises'
import { Problem } from '#base/problem.ts'
import { contains, nextAddress, parseAddress, parsePrefix } from './addresses.ts'
import { firewallScript } from './firewall.ts'
import type { Wiring } from './machines.ts'
import { checkId, type KernelNames } from './names.ts'
import {
  gatewayScript,
  hostTable,
  makeNetworkScript,
  namespacePath,
  type Outbound,
  plugScript,
  type Ports,
  removeNetworkScript,
  routerScript,
  rulesScript,
  unplugScript,
  uplinkCount,
  uplinkHost,
} from './network-scripts.ts'
import { bootId } from './processes.ts'
import type { NetworkSpec, VmSpec } from './provider.ts'
import { allRecords, type HostPaths, namesIn, NetworkRecord, oneAtATime, readRecord, VmRecord, writeWhole } from './records.ts'
import type { Surroundings } from './service-tags.ts'
import { shell } from './shell.ts'

export type NetworksDeps = { paths: HostPaths; names: KernelNames; ports: Ports; storagePort: number; outbound: Outbound }

/** Refuses prefixes that are none and subnets outside their network. */
export function checkNetwork(spec: NetworkSpec): void {
  checkId(spec.id, 'network')
  const prefixes = spec.prefixes.map((prefix) => parsePrefix(prefix).range)
  for (const { name, prefix } of spec.subnets) {
    const { range, length } = parsePrefix(prefix)
    if (length > 29) throw new Problem('invalid', `The subnet ${name} (${prefix}) is too small: at least a /29 is needed.`)
    const within = prefixes.some((each) => contains(each, range[0]) && contains(each, range[1]))
    if (!within) throw new Problem('invalid', `The subnet ${name} (${prefix}) is not inside its network.`)
  }
}

export const networkInUse = (id: string, vms: readonly VmRecord[]): void => {
  const vm = vms.find(({ nic }) => nic.network === id)
  if (vm !== undefined) throw new Problem('conflict', `The network ${id} is in use by the machine ${vm.id}.`)
}

/** Networks as namespaces of this host. */
export function openNetworks({ paths, names, ports, storagePort, outbound }: NetworksDeps) {
  const inTurn = oneAtATime()
  const record = (id: string) => readRecord(paths.network(checkId(id, 'network')).record, NetworkRecord)
  const save = async (next: NetworkRecord) => {
    await mkdir(paths.network(next.id).dir, { recursive: true, mode: 0o700 })
    await writeWhole(paths.network(next.id).record, JSON.stringify(next))
  }
  const around = (network: NetworkRecord): Surroundings => ({
    prefixes: network.prefixes,
    platform: uplinkHost(network.uplink ?? 0),
    ports,
    storagePort,
  })
  const exists = (path: string) => access(path).then(() => true, () => false)

  const stands = async (network: NetworkRecord): Promise<boolean> =>
    network.madeIn === (await bootId()) &&
    network.uplink !== null &&
    (await exists(namespacePath(names.router(network.id)))) &&
    (await exists(`/sys/class/net/${names.uplink(network.uplink)}`))

  /** A /30 nobody uses: not another network of ours, not the host's own interfaces or routes, not the network's own prefixes. */
  const freeUplink = async (spec: NetworkSpec): Promise<number> => {
    const used = new Set((await allRecords(paths.networks, 'network.json', NetworkRecord)).map(({ uplink }) => uplink))
    const printed = await shell('read its routes', 'ip -4 route show table all; ip -4 -o addr')
    const busy = [...printed.matchAll(/\b\d+\.\d+\.\d+\.\d+(?:\/\d+)?/g)].map(([prefix]) => parsePrefix(prefix)).filter(({ length }) => length > 8)
    const taken = [...busy, ...spec.prefixes.map(parsePrefix)].map(({ range }) => range)
    const start = Number.parseInt(names.table.slice(-4), 16) * 16 // Apart from other instances, which look at the same time.
    for (let step = 0; step < uplinkCount; step += 1) {
      const index = (start + step) % uplinkCount
      const first = parseAddress(uplinkHost(index)) - 1
      if (!used.has(index) && !taken.some((range) => range[0] <= first + 3 && range[1] >= first)) return index
    }
    throw new Problem('quota', 'This host has no address left for the uplink of another network.')
  }

  const reach = JSON.stringify([ports, outbound])

  /** A firewall that is loaded anew on the host takes our table with it; and what machines may reach can be set otherwise at the next start. */
  const heal = async (known: NetworkRecord, signal: AbortSignal): Promise<void> => {
    const table = hostTable(names, ports, outbound)
    if (known.reach === reach) return void (await shell('set its rules', `nft list table inet ${names.table} >/dev/null 2>&1 || ${table}`, signal))
    await shell('change what machines reach', `set -e\n${table}${routerScript(names, known.id, known.uplink ?? 0, ports, outbound)}`, signal)
    await save({ ...known, reach })
  }

  const build = async (spec: NetworkSpec, known: NetworkRecord | null, signal: AbortSignal): Promise<void> => {
    const uplink = known?.uplink ?? (await freeUplink(spec))
    const next: NetworkRecord = { ...spec, uplink, madeIn: null, reach }
    await save(next)
    await shell('clear a network', removeNetworkScript(names, spec.id, uplink))
    const script = makeNetworkScript(names, spec, uplink, ports, outbound).replace('set -e\n', `set -e\n${hostTable(names, ports, outbound)}`)
    await shell('make a network', script, signal)
    await save({ ...next, madeIn: await bootId() })
  }

  const wiring: Wiring = {
    async check({ id, nic }: VmSpec) {
      const network = await record(nic.network)
      const subnet = network?.subnets.find(({ name }) => name === nic.subnet)
      if (network === null || subnet === undefined) throw new Problem('invalid', `The machine ${id} asks for a subnet that does not exist: ${nic.network}/${nic.subnet}.`)
      const [first, last] = parsePrefix(subnet.prefix).range
      if (!contains([first + 4, last - 1], parseAddress(nic.address))) throw new Problem('invalid', `${nic.address} is not an address for a machine in ${subnet.prefix}.`)
      firewallScript(nic.rules, nic.address, around(network)) // Refuses rules that are none.
    },
    async plug({ id, nic }, signal) {
      // A host that was restarted has our records and nothing else: the network is made again before its first machine.
      const network = await inTurn('networks', async () => {
        const known = await record(nic.network)
        if (known !== null) await ((await stands(known)) ? heal(known, signal) : build(known, known, signal))
        return record(nic.network)
      })
      if (network === null) throw new Problem('invalid', `There is no network ${nic.network}.`)
      await shell('plug a machine into its network', plugScript(names, { vmId: id, nic, network, around: around(network) }), signal)
      return namespacePath(names.machine(id))
    },
    async setRules({ id, nic }, rules, signal) {
      const network = await record(nic.network)
      if (network === null) return
      await shell('change security rules', rulesScript(names, id, rules, nic.address, around(network)), signal)
    },
    unplug: (id, signal) => shell('unplug a machine', unplugScript(names, id), signal).then(() => {}),
    plugged: async () => (await namesIn('/run/netns')).flatMap((name) => (name.startsWith(names.machinePrefix) ? [name.slice(names.machinePrefix.length)] : [])),
  }

  return {
    wiring,

    allocate(network: NetworkSpec, subnet: string, taken: ReadonlySet<string>): string {
      const prefix = network.subnets.find(({ name }) => name === subnet)?.prefix
      if (prefix === undefined) throw new Problem('invalid', `The network has no subnet ${subnet}.`)
      return nextAddress(prefix, taken)
    },

    async ensure(spec: NetworkSpec, signal: AbortSignal): Promise<void> {
      checkNetwork(spec)
      await inTurn('networks', async () => {
        const known = await record(spec.id)
        if (known === null || !(await stands(known))) return build({ id: spec.id, prefixes: spec.prefixes, subnets: spec.subnets }, known, signal)
        await heal(known, signal)
        if (JSON.stringify([known.prefixes, known.subnets]) === JSON.stringify([spec.prefixes, spec.subnets])) return
        await shell('add a subnet', gatewayScript(names, spec), signal)
        await save({ ...known, prefixes: spec.prefixes, subnets: spec.subnets, reach })
      })
    },

    async remove(id: string): Promise<void> {
      checkId(id, 'network')
      await inTurn('networks', async () => {
        networkInUse(id, await allRecords(paths.vms, 'vm.json', VmRecord))
        const known = await record(id)
        await shell('remove a network', removeNetworkScript(names, id, known?.uplink ?? null))
        await rm(paths.network(id).dir, { recursive: true, force: true })
        // The host's own rules go with the last network.
        if ((await namesIn(paths.networks)).length === 0) await shell('remove its rules', `nft delete table inet ${names.table} 2>/dev/null || true`)
      })
    },

    async list(): Promise<string[]> {
      const routers = (await namesIn('/run/netns')).filter((name) => name.startsWith(names.routerPrefix)).map((name) => name.slice(names.routerPrefix.length))
      return [...new Set([...(await namesIn(paths.networks)), ...routers])].toSorted()
    },
  }
}
