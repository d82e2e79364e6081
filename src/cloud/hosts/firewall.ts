import { Problem } from '#base/problem.ts'
import { contains, formatAddress, merge, parseAddress, type Range } from './addresses.ts'
import type { FirewallRule } from './provider.ts'
import { addressesOf, isPlatformTag, platformPorts, type Surroundings } from './service-tags.ts'

const anyPort: Range = [0, 65_535]

/** '22', '8443-8451' or '*' as ranges. */
export function parsePorts(texts: readonly string[]): Range[] {
  return merge(
    texts.map((text): Range => {
      if (text === '*') return anyPort
      const [, first, last] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(text) ?? []
      const range: Range = [Number(first), Number(last ?? first)]
      if (first === undefined || range[0] > range[1] || range[1] > 65_535) throw new Problem('invalid', `'${text.slice(0, 40)}' is not a port or a range of ports.`)
      return range
    }),
  )
}

const isAll = (ranges: readonly Range[], all: Range): boolean => ranges.some((range) => range[0] <= all[0] && range[1] >= all[1])

const addressSet = (ranges: readonly Range[]): string =>
  `{ ${ranges.map(([first, last]) => (first === last ? formatAddress(first) : `${formatAddress(first)}-${formatAddress(last)}`)).join(', ')} }`

const portSet = (ranges: readonly Range[]): string => `{ ${ranges.map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`)).join(', ')} }`

type Flow = { source: Range[]; destination: Range[]; ports: Range[] }

/** One nft line; undefined when nothing can match. */
function line(rule: FirewallRule, { source, destination, ports }: Flow): string | undefined {
  const sourcePorts = parsePorts(rule.sourcePorts)
  if ([source, destination, ports, sourcePorts].some((ranges) => ranges.length === 0)) return undefined
  const everyPort = isAll(ports, anyPort) && isAll(sourcePorts, anyPort)
  const match = ['meta nfproto ipv4']
  if (rule.protocol === 'Icmp') match.push('meta l4proto icmp')
  else if (rule.protocol !== '*') match.push(`meta l4proto ${rule.protocol.toLowerCase()}`)
  else if (!everyPort) match.push('meta l4proto { tcp, udp }')
  if (!isAll(source, [0, 0xffff_ffff])) match.push(`ip saddr ${addressSet(source)}`)
  if (!isAll(destination, [0, 0xffff_ffff])) match.push(`ip daddr ${addressSet(destination)}`)
  if (rule.protocol !== 'Icmp' && !isAll(sourcePorts, anyPort)) match.push(`th sport ${portSet(sourcePorts)}`)
  if (rule.protocol !== 'Icmp' && !isAll(ports, anyPort)) match.push(`th dport ${portSet(ports)}`)
  return `${match.join(' ')} ${rule.access === 'Allow' ? 'accept' : 'drop'} comment "${rule.name.replace(/[^\w.-]/g, '_').slice(0, 100)}"`
}

const overlap = (ranges: readonly Range[], port: number): boolean => ranges.some((range) => contains(range, port))

/** Port 443 of a service is, here, the service's own port; its real number works too. */
function seenPorts(asked: Range[], offered: Range[]): Range[] {
  if (overlap(asked, 443)) return offered
  return offered.flatMap(([first, last]) =>
    asked.flatMap((range): Range[] => (range[0] <= last && range[1] >= first ? [[Math.max(first, range[0]), Math.min(last, range[1])]] : [])),
  )
}

/** What one rule matches: once for plain addresses, once more for each platform service it names or includes. */
function flowsOf(rule: FirewallRule, around: Surroundings): Flow[] {
  const ports = parsePorts(rule.destinationPorts)
  const source = merge(rule.source.flatMap((prefix) => addressesOf(prefix, around)))
  const plain = rule.destination.filter((prefix) => !isPlatformTag(prefix))
  const destination = merge(plain.flatMap((prefix) => addressesOf(prefix, around)))
  const flows: Flow[] = [{ source, destination, ports }]
  const here = parseAddress(around.platform)
  const platform: Range[] = [[here, here]]
  for (const tag of rule.destination.filter(isPlatformTag)) {
    flows.push({ source, destination: platform, ports: merge(seenPorts(ports, platformPorts(tag, around))) })
  }
  if (rule.direction === 'Outbound' && overlap(destination, here) && !isAll(ports, anyPort) && overlap(ports, 443)) {
    flows.push({ source, destination: platform, ports: [[around.ports.from, around.ports.to]] })
  }
  return flows
}

/** The lines of one rule. */
const lines = (rule: FirewallRule, around: Surroundings): string[] => flowsOf(rule, around).flatMap((flow) => line(rule, flow) ?? [])

/** The first packet of a connection, as seen from the machine whose rules are asked. */
export type Packet = { direction: FirewallRule['direction']; protocol: 'Tcp' | 'Udp'; source: number; sourcePort: number; destination: number; destinationPort: number }

/** The rule that decides about a packet, by the same reading of rules that the lines above are made from. Null: none, so it is dropped. */
export function deciding(rules: readonly FirewallRule[], packet: Packet, around: Surroundings): FirewallRule | null {
  const own = rules.filter((rule) => rule.direction === packet.direction).toSorted((a, b) => a.priority - b.priority)
  const fits = (rule: FirewallRule) =>
    (rule.protocol === '*' || rule.protocol === packet.protocol) && overlap(parsePorts(rule.sourcePorts), packet.sourcePort) &&
    flowsOf(rule, around).some((flow) => overlap(flow.source, packet.source) && overlap(flow.destination, packet.destination) && overlap(flow.ports, packet.destinationPort))
  return own.find(fits) ?? null
}

/** The lines of one direction, in the order in which they decide. No rules at all means no security group: everything passes. */
export function ruleLines(rules: readonly FirewallRule[], direction: FirewallRule['direction'], around: Surroundings): string[] {
  if (rules.length === 0) return ['accept']
  const own = rules.filter((rule) => rule.direction === direction).toSorted((a, b) => a.priority - b.priority)
  return own.flatMap((rule) => lines(rule, around))
}

/**
 * The security group of one machine as one nft transaction, for the machine's own namespace. Connections are tracked: answers pass.
 * The output chain looks at destinations, not at `oif`: after the translation of localhost the hook still names `lo`.
 */
export function firewallScript(rules: readonly FirewallRule[], address: string, around: Surroundings): string {
  return `table inet security
delete table inet security
table inet security {
  chain incoming {
    type filter hook input priority 0; policy drop;
    iifname "lo" accept
    ct state established,related accept
    ip daddr 127.0.0.0/8 counter drop
    ${ruleLines(rules, 'Inbound', around).join('\n    ')}
  }
  chain outgoing {
    type filter hook output priority 0; policy drop;
    ip daddr { 127.0.0.0/8, ${address} } accept
    ip6 daddr ::1 accept
    ct state established,related accept
    ${ruleLines(rules, 'Outbound', around).join('\n    ')}
  }
}
`
}
