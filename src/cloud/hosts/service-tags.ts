import { complement, parseAddress, parsePrefix, type Range } from './addresses.ts'

/** What the tags of a network mean here. `platform` is the address the control plane has inside the network. */
export type Surroundings = { prefixes: readonly string[]; platform: string; ports: { from: number; to: number }; storagePort: number }

/** Azure's own virtual address for health probes, https://learn.microsoft.com/azure/virtual-network/what-is-ip-address-168-63-129-16 */
const loadBalancer = '168.63.129.16'

/** Services this control plane offers. On Azure they listen on 443; here each has a port of its own in `ports`. */
const platformTags = new Set(['storage', 'azuredatabricks', 'azureactivedirectory', 'azureresourcemanager', 'azurecloud'])

/** A tag may carry a region ('Storage.WestEurope'): there is one region here. */
const baseTag = (tag: string): string => (/^[A-Za-z]/.test(tag) ? (tag.split('.')[0] ?? '').toLowerCase() : tag)

export const isPlatformTag = (tag: string): boolean => platformTags.has(baseTag(tag))

/** Ports behind a platform tag: storage has its own, the other services share the rest. */
export function platformPorts(tag: string, { ports, storagePort }: Surroundings): Range[] {
  const all: Range = [ports.from, ports.to]
  if (baseTag(tag) === 'storage') return [[storagePort, storagePort]]
  return baseTag(tag) === 'azurecloud' ? [all] : complement([[storagePort, storagePort]], all)
}

/** The addresses of a CIDR or tag. A tag of a service that does not exist here (Sql, EventHub …) has none. */
export function addressesOf(prefix: string, around: Surroundings): Range[] {
  const network = around.prefixes.map((each) => parsePrefix(each).range)
  if (prefix === '*') return [[0, 0xffff_ffff]]
  if (prefix.includes(':')) return [] // Networks here are IPv4 only; a rule about IPv6 has nothing to match.
  if (!/^[A-Za-z]/.test(prefix)) return [parsePrefix(prefix).range]
  const tag = baseTag(prefix)
  if (tag === 'virtualnetwork') return network
  if (tag === 'internet') return complement(network)
  if (tag === 'azureloadbalancer') return [parsePrefix(loadBalancer).range]
  if (!platformTags.has(tag)) return []
  const address = parseAddress(around.platform)
  return [[address, address]]
}
