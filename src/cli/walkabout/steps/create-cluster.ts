import { check, type Step } from '../step.ts'
import { left, type World } from '../world.ts'

export const createCluster: Step<World> = {
  name: 'Create a cluster: 1 driver, 2 workers',
  async run({ names, memory }, tell) {
    const cluster = await left(memory, 'workspace').createCluster({ name: names.cluster, node_type: 'Standard_B2s', workers: 2 }, tell.line)
    memory.clusterId = cluster.cluster_id
    check(cluster.state === 'RUNNING', 'the cluster runs', cluster)
    return `${cluster.cluster_id} is ${cluster.state}`
  },
}
