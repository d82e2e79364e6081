import { formatAddress, parseAddress, parsePrefix } from './addresses.ts'
import { firewallScript } from './firewall.ts'
import { hardwareAddress, type KernelNames } from './names.ts'
import type { FirewallRule, NetworkSpec, NicSpec } from './provider.ts'
import type { Surroundings } from './service-tags.ts'
import { quote } from './shell.ts'

export type Ports = { from: number; to: number }
export type Outbound = 'none' | 'nat'

/** Shared address space (RFC 6598): a /30 for each network between its router and the host. */
const uplinks = parseAddress('100.64.0.0')
export const uplinkCount = 2 ** 20
export const uplinkHost = (index: number): string => formatAddress(uplinks + index * 4 + 1)
export const uplinkRouter = (index: number): string => formatAddress(uplinks + index * 4 + 2)

/** The router's own address in a subnet: .1, as on Azure. */
const gateway = (prefix: string): string => formatAddress(parsePrefix(prefix).range[0] + 1)
const withLength = (address: string, prefix: string): string => `${address}/${parsePrefix(prefix).length}`

export const namespacePath = (name: string): string => `/run/netns/${name}`
const inNamespace = (name: string, script: string): string => `nsenter --net=${namespacePath(name)} sh -s <<'SCRIPT'\nset -e\n${script}SCRIPT\n`
const sysctl = (name: string, value: number): string => `[ ! -e /proc/sys/net/${name} ] || echo ${value} >/proc/sys/net/${name}\n`
const noIpv6 = sysctl('ipv6/conf/all/disable_ipv6', 1) + sysctl('ipv6/conf/default/disable_ipv6', 1)

/**
 * Host side of all networks: what comes from an uplink may reach the control plane's ports on 127.0.0.1 and nothing else,
 * neither another service of this host nor, when the host forwards, the world behind it.
 */
export function hostTable(names: KernelNames, { from, to }: Ports, outbound: Outbound): string {
  const uplink = `iifname "${names.uplinkPrefix}*"`
  const away = `oifname != "${names.uplinkPrefix}*"`
  // Never to link-local addresses: there the metadata service of a rented host hands out the host's own identity.
  const world = `    ${uplink} ${away} ip daddr != 169.254.0.0/16 accept
    oifname "${names.uplinkPrefix}*" ct state established,related accept
`
  const leaving = `  chain leaving {
    type nat hook postrouting priority srcnat; policy accept;
    ip saddr 100.64.0.0/10 fib saddr type != local ${away} masquerade
  }
`
  return `nft -f - <<'RULES'
table inet ${names.table}
delete table inet ${names.table}
table inet ${names.table} {
  chain translate {
    type nat hook prerouting priority dstnat; policy accept;
    ${uplink} fib daddr type local ip daddr 100.64.0.0/10 tcp dport ${from}-${to} dnat ip to 127.0.0.1
  }
  chain incoming {
    type filter hook input priority filter - 10; policy accept;
    ${uplink} ct status dnat ip daddr 127.0.0.1 tcp dport ${from}-${to} accept
    ${uplink} ct state established,related accept
    ${uplink} drop
  }
  chain forwarding {
    type filter hook forward priority filter - 10; policy accept;
${outbound === 'nat' ? world : ''}    ${uplink} drop
    oifname "${names.uplinkPrefix}*" drop
  }
${outbound === 'nat' ? leaving : ''}}
RULES
${outbound === 'nat' ? '[ "$(cat /proc/sys/net/ipv4/ip_forward)" = 1 ] || echo 1 >/proc/sys/net/ipv4/ip_forward\n' : ''}`
}

/** Removes whatever exists of a network. The uplink first and by name: a namespace's own interfaces go later, in the background. */
export function removeNetworkScript(names: KernelNames, id: string, uplink: number | null): string {
  const router = names.router(id)
  return `${uplink === null ? '' : `ip link del ${names.uplink(uplink)} 2>/dev/null\n`}ip netns del ${router} 2>/dev/null
[ ! -e ${namespacePath(router)} ]
`
}

/**
 * The router namespace of a network: a bridge for its machines, an uplink to the host, and a path between them for our ports only.
 * The bridge's own address is set: otherwise it is the lowest of its ports' and changes under machines that remember their gateway.
 */
export function makeNetworkScript(names: KernelNames, spec: NetworkSpec, uplink: number, { from, to }: Ports, outbound: Outbound): string {
  const router = names.router(spec.id)
  const near = names.uplink(uplink)
  return `set -e
ip -batch - <<'LINKS'
netns add ${router}
link add name ${near} type veth peer name up0 netns ${router}
addr add ${uplinkHost(uplink)}/30 dev ${near}
link set ${near} up
LINKS
${sysctl(`ipv4/conf/${near}/route_localnet`, 1)}${sysctl(`ipv6/conf/${near}/disable_ipv6`, 1)}\
ip -n ${router} -batch - <<'LINKS'
link set lo up
link add name br0 address ${hardwareAddress(`router ${spec.id}`)} type bridge forward_delay 0
link set br0 up
addr add ${uplinkRouter(uplink)}/30 dev up0
link set up0 up
LINKS
${gatewayScript(names, spec)}${routerScript(names, spec.id, uplink, { from, to }, outbound)}`
}

/** What the router lets through; repeatable, so it can be told anew while machines run. */
export function routerScript(names: KernelNames, id: string, uplink: number, { from, to }: Ports, outbound: Outbound): string {
  const routing = ['ipv4/ip_forward', 'ipv4/conf/all/send_redirects', 'ipv4/conf/br0/send_redirects', 'bridge/bridge-nf-call-iptables'] as const
  return inNamespace(
    names.router(id),
    `${noIpv6}${routing.map((name) => sysctl(name, name === 'ipv4/ip_forward' ? 1 : 0)).join('')}\
ip route ${outbound === 'nat' ? `replace default via ${uplinkHost(uplink)} dev up0` : 'del default 2>/dev/null || true'}
nft -f - <<'RULES'
table inet router
delete table inet router
table inet router {
  chain forwarding {
    type filter hook forward priority 0; policy drop;
    ct state established,related accept
    iifname "br0" oifname "br0" accept
    iifname "br0" oifname "up0" ip daddr ${uplinkHost(uplink)} tcp dport ${from}-${to} accept
    ip daddr ${uplinkHost(uplink)} reject
    ${outbound === 'nat' ? 'iifname "br0" oifname "up0" accept' : ''}
    iifname "br0" reject
  }
  chain incoming {
    type filter hook input priority 0; policy drop;
    ct state established,related accept
    meta l4proto icmp accept
  }
  chain leaving {
    type nat hook postrouting priority 100; policy accept;
    oifname "up0" masquerade
  }
}
RULES
`,
  )
}

/** Gateway addresses of the subnets; repeatable, so a subnet can be added to a living network. */
export const gatewayScript = (names: KernelNames, { id, subnets }: NetworkSpec): string =>
  `ip -n ${names.router(id)} -batch - <<'LINKS'
${subnets.map(({ prefix }) => `addr replace ${withLength(gateway(prefix), prefix)} dev br0`).join('\n')}
LINKS
`

/** Unplugs a machine, by the end that is in its own namespace. */
export function unplugScript(names: KernelNames, vmId: string): string {
  const machine = names.machine(vmId)
  return `[ -e ${namespacePath(machine)} ] || exit 0
ip -n ${machine} link del eth0 2>/dev/null
ip netns del ${machine} 2>/dev/null
[ ! -e ${namespacePath(machine)} ]
`
}

export type Plug = { vmId: string; nic: NicSpec; network: NetworkSpec; around: Surroundings }

/**
 * The namespace of a machine, made from nothing: its card on the network's bridge, localhost's public ports led to the control plane,
 * and its security group, in force before its first process starts.
 */
export function plugScript(names: KernelNames, { vmId, nic, network, around }: Plug): string {
  const machine = names.machine(vmId)
  const router = names.router(network.id)
  const port = names.port(vmId)
  const subnet = network.subnets.find(({ name }) => name === nic.subnet)?.prefix ?? ''
  return `${unplugScript(names, vmId).replace(' || exit 0', ' || true')}\
set -e
ip netns add ${machine}
ip -n ${router} link del ${port} 2>/dev/null || true
ip -n ${router} -batch - <<'LINKS'
link add name ${port} type veth peer name eth0 address ${hardwareAddress(vmId)} netns ${machine}
link set ${port} master br0
link set ${port} up
LINKS
ip -n ${machine} -batch - <<'LINKS'
link set lo up
addr add ${withLength(nic.address, subnet)} dev eth0
link set eth0 up
${network.prefixes.map((prefix) => `route replace ${prefix} dev eth0`).join('\n')}
route replace default via ${gateway(subnet)} dev eth0
LINKS
${inNamespace(
  machine,
  `${noIpv6}${sysctl('ipv4/conf/eth0/route_localnet', 1)}${sysctl('ipv4/ip_unprivileged_port_start', 0)}\
[ ! -e /proc/sys/net/ipv4/ping_group_range ] || echo 0 2147483646 >/proc/sys/net/ipv4/ping_group_range
nft -f - <<'RULES'
table ip platform {
  chain there {
    type nat hook output priority -100; policy accept;
    ip daddr 127.0.0.1 tcp dport ${around.ports.from}-${around.ports.to} dnat to ${around.platform}
  }
  chain back {
    type nat hook postrouting priority 100; policy accept;
    oifname "eth0" ip saddr 127.0.0.0/8 masquerade
  }
}
${firewallScript(nic.rules, nic.address, around)}RULES
`,
)}`
}

/** New rules for a plugged machine, in one transaction. */
export const rulesScript = (names: KernelNames, vmId: string, rules: readonly FirewallRule[], address: string, around: Surroundings): string =>
  `[ -e ${namespacePath(names.machine(vmId))} ] || exit 0
nsenter --net=${quote(namespacePath(names.machine(vmId)))} nft -f - <<'RULES'
${firewallScript(rules, address, around)}RULES
`
