import { contentsOf, withoutMachines } from '../cloud.ts'
import { check, type Step } from '../step.ts'
import { left, type World } from '../world.ts'

export const terminate: Step<World> = {
  name: 'Terminate the cluster and show what is left',
  async run({ names, memory }, tell) {
    const [workspace, cluster, cloud] = [left(memory, 'workspace'), left(memory, 'clusterId'), left(memory, 'cloud')]
    const ended = await workspace.terminate(cluster, tell.line)
    const contents = await contentsOf(cloud, names.managedGroup)
    tell.table(['left in the managed group', 'name'], contents.map(({ kind, name }) => [kind, name]))
    const kinds = contents.map(({ kind }) => kind)
    check(JSON.stringify(kinds) === JSON.stringify(withoutMachines), 'no machine, disk or network interface is left; network, security group and storage are', kinds)
    check((await workspace.cluster(cluster)).state === 'TERMINATED', 'the cluster stays listed')
    return `TERMINATED (${ended.termination_reason ?? 'no reason given'})`
  },
}
