/** Names of a cluster's machines, derived: `ensure` finds what a killed process already made. Driver first. */
export const machineNames = (clusterId: string, workers: number): readonly [driver: string, ...workers: string[]] => [
  `${clusterId}-driver`,
  ...Array.from({ length: workers }, (_, index) => `${clusterId}-worker-${index}`),
]
