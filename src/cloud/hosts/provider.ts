/** A virtual network. `id` is stable: the same id is the same network. Prefixes are IPv4 CIDRs; networks may overlap. */
export type NetworkSpec = { id: string; prefixes: string[]; subnets: { name: string; prefix: string }[] }

/**
 * One security rule, with the meaning it has on Azure: lowest priority number first, the first match decides, no match denies.
 * `source`/`destination`: CIDRs, single addresses, '*', or service tags (see `service-tags.ts`). Ports: '22', '8443-8451', '*'.
 */
export type FirewallRule = {
  name: string
  priority: number
  direction: 'Inbound' | 'Outbound'
  access: 'Allow' | 'Deny'
  protocol: 'Tcp' | 'Udp' | 'Icmp' | '*'
  source: string[]
  sourcePorts: string[]
  destination: string[]
  destinationPorts: string[]
}

/** A network card. `rules` holds the group's own *and* default rules; an empty list means "no security group": everything passes. */
export type NicSpec = { id: string; network: string; subnet: string; address: string; rules: FirewallRule[] }

/** A virtual machine. `id` ([a-z0-9-], at most 63) is stable: the same id is the same machine, with the same disk. */
export type VmSpec = {
  id: string
  cpus: number
  memoryMb: number
  /** Decoded user data. Executed at every boot when it starts with `#!`; its output is the console. */
  customData: string
  nic: NicSpec
  /** Added to the machine's environment. Nothing of the control plane's own environment is in it. */
  env: Record<string, string>
  /** The machine's own idea of its name (osProfile.computerName); `id` when absent. */
  hostname?: string
}

export type VmView = {
  /** `running` from the moment the boot script starts until power-off, whether or not the boot script has ended. */
  power: 'starting' | 'running' | 'stopped' | 'hibernated'
  bootedAt: Date | null
  /** Exit code of the boot script; null while it runs or when it never ran. */
  bootExit: number | null
  /** Live processes of the machine, its init included; 0 when stopped. */
  processes: number
  cpuSeconds?: number
  memoryMb?: number
  /** Why it is not as wished, in words for a person (out of memory, boot failed, the host was restarted …). */
  why?: string
}

/** One line of the report: is it enforced here, how or why not, and what would make it so. */
export type HostsFact = { yes: boolean; how: string; fix?: string }

/** What this provider really enforces on this host. Everything the portal says about isolation comes from here. */
export type HostsReport = {
  kind: 'process' | 'netns'
  /** Why `auto` did not take netns; empty when it did or when the mode was asked for. */
  fellBack: string[]
  networkRules: HostsFact
  outbound: HostsFact
  ownAddress: HostsFact
  ownUid: HostsFact
  ownFiles: HostsFact
  ownProcesses: HostsFact
  memoryLimit: HostsFact
  cpuLimit: HostsFact
  processLimit: HostsFact
  freezer: HostsFact
  cgroups: 'v1' | 'v2' | 'hybrid' | 'none'
}

/** What machines and networks are made of. Every verb is safe to repeat after a crash between any two lines of it. */
export interface HostProvider {
  kind: 'process' | 'netns'
  enforcesRules: boolean
  /** Who may not share an address: NICs of one network, or (`host`) all NICs of all networks. Says what `taken` must hold. */
  addressScope: 'network' | 'host'
  /** A free address for a NIC. Pure: it is taken once the caller's database says so. Throws Problem when the subnet is full. */
  allocate(network: NetworkSpec, subnet: string, taken: ReadonlySet<string>): string
  /** Makes the network, or adds what is new in `spec` to it. */
  ensureNetwork(spec: NetworkSpec, signal: AbortSignal): Promise<void>
  /** Leaves nothing of the network. Refused (Problem `conflict`) while a machine is plugged into it. */
  removeNetwork(id: string, signal: AbortSignal): Promise<void>
  /** Makes the disk and boots when it is not running; resolves once the boot script started. A hibernated machine stays so: use `thaw`. */
  ensure(spec: VmSpec, signal: AbortSignal): Promise<void>
  /** What is true now; null when there is no such machine. Throws only when we could not find out. */
  observe(id: string, signal: AbortSignal): Promise<VmView | null>
  /** Power off: SIGTERM, a bounded wait, kill. The disk stays. */
  stop(id: string, signal: AbortSignal): Promise<void>
  /** Hibernate: memory stays, nothing computes. Survives a restart of the control plane, not of the host. */
  freeze(id: string, signal: AbortSignal): Promise<void>
  thaw(id: string, signal: AbortSignal): Promise<void>
  /** Resolves when nothing of the machine is left: processes, namespaces, interfaces, rules, cgroups, disk. */
  release(id: string, signal: AbortSignal): Promise<void>
  /** New rules for a NIC; new connections see them at once, established ones live on (as on Azure). Unknown NIC: nothing to do. */
  setRules(nicId: string, rules: FirewallRule[], signal: AbortSignal): Promise<void>
  /** The tail of the console (at most 1 MiB); empty when the machine never booted. */
  consoleLog(id: string): Promise<string>
  /** Everything of ours on this host, from disk and kernel: what the caller does not know is an orphan. */
  list(signal: AbortSignal): Promise<{ vms: string[]; networks: string[] }>
  report(): HostsReport
}

export type HostsOptions = {
  mode: 'auto' | 'process' | 'netns'
  dataDir: string
  /** What machines have installed; read-only at /opt/brickyard (and at its own path) inside them. */
  imageDir?: string
  /** Further read-only paths the image points to, such as the base prefix of its Python. */
  exposePaths?: string[]
  /** Ports of the control plane on 127.0.0.1 that machines may reach as `localhost`. */
  ports: { from: number; to: number }
  storagePort: number
  /**
   * netns only. `nat`: machines reach the world beyond this host, as through Azure's NAT gateway (their rules decide); switches the host's
   * IPv4 forwarding on. `none` (default): only their network and the control plane.
   */
  outbound?: 'none' | 'nat'
  /** How long `stop` waits after SIGTERM; default 10 s. */
  stopGraceMs?: number
}
