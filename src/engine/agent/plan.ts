// What the boot script left on the driver machine for the agent. Imports nothing: it is copied into the image.

export type DriverPlan = {
  /** `bare`: answer the workspace, start no Spark. */
  runtime: 'spark' | 'bare'
  clusterId: string
  clusterName: string
  incarnation: number
  workspaceUrl: string
  cores: number
  memoryMb: number
  sparkConf: Record<string, string>
  storage: { account: string; container: string; dfsEndpoint: string }
}

/** The machine as it found itself, from the environment that the boot script made. */
export type Machine = {
  image: string
  /** Private folder of ours on the machine's disk. */
  home: string
  address: string
  caFile: string | undefined
  token: string
}

/** Ports of a driver machine, the same on all. */
export const machinePorts = { driver: 7001, blocks: 7005, ui: 4040, connect: 15002 } as const

/** Spark's name for one start of a cluster. */
export const applicationId = (plan: { clusterId: string; incarnation: number }): string => `${plan.clusterId}-${plan.incarnation}`

/**
 * Where Spark Connect listens. It asks for no credential, so only this machine may reach it: its own loopback, or,
 * where all machines share one loopback, the address that stands for this machine.
 */
export const connectHost = (address: string): string => (address.startsWith('127.') ? address : '127.0.0.1')
