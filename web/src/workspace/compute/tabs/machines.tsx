import { ServerRegular } from '@fluentui/react-icons'
import { OutLink } from '#web/kit/link.tsx'
import { Section } from '#web/kit/page.tsx'
import { RelativeTime } from '#web/kit/relative-time.tsx'
import { Empty } from '#web/kit/states.tsx'
import { Table } from '#web/kit/table.tsx'
import { inPortal, useHere } from '../../here.ts'
import type { TabProps } from '../cluster-page.tsx'
import { stateOf } from '../clusters.ts'

/** The virtual machines that the cluster consists of now. They live in the managed resource group. */
export function Machines({ cluster }: TabProps) {
  const here = useHere()
  const machines = [...(cluster.driver ? [{ role: 'Driver', ...cluster.driver }] : []), ...(cluster.executors ?? []).map((node, index) => ({ role: `Worker ${index}`, ...node }))]
  const address = (name: string) => here && inPortal(here.portal_url, `${here.workspace.managed_resource_group_id}/providers/Microsoft.Compute/virtualMachines/${name}`)
  const paused = stateOf(cluster) === 'PAUSED'
  return (
    <Section
      title="Machines" text={paused ? 'Paused: the machines are kept with what is in their memory, deallocated and hibernated; nothing computes.' : 'Virtual machines in the managed resource group, in its network, under its security group.'}
      actions={here && <OutLink href={inPortal(here.portal_url, here.workspace.managed_resource_group_id)}>Managed resource group in the portal</OutLink>}
    >
      <Table
        label="Machines" rows={machines} rowKey={(node) => node.instance_id}
        empty={<Empty icon={<ServerRegular />} title="No machines" text="A cluster has machines only while it starts, runs or is paused. Start it to get some." />}
        columns={[
          { title: 'Role', cell: (node) => node.role, sort: (node) => node.role },
          { title: 'Machine', cell: (node) => { const to = address(node.instance_id); return to === undefined ? node.instance_id : <OutLink href={to}>{node.instance_id}</OutLink> } },
          { title: 'Address', cell: (node) => node.private_ip || 'not yet' },
          { title: 'Size', wide: true, cell: (node) => (node.role === 'Driver' ? (cluster.driver_node_type_id ?? cluster.node_type_id) : cluster.node_type_id) },
          { title: 'Since', wide: true, cell: (node) => (node.start_timestamp === undefined ? '' : <RelativeTime at={node.start_timestamp} />) },
        ]}
      />
    </Section>
  )
}
