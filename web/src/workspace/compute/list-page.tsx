import { AddRegular, ServerRegular } from '@fluentui/react-icons'
import { makeStyles, tokens } from '@fluentui/react-components'
import { useQuery } from '@tanstack/react-query'
import { Link, LinkButton } from '#web/kit/link.tsx'
import { Page, Section } from '#web/kit/page.tsx'
import { RelativeTime } from '#web/kit/relative-time.tsx'
import { StateBadge } from '#web/kit/state-badge.tsx'
import { Empty, ErrorState } from '#web/kit/states.tsx'
import { Table } from '#web/kit/table.tsx'
import { RowActions } from './actions.tsx'
import { memory, nameOf, nodeTypes, sparkVersions, stateOf, useClusters, workersOf, type Cluster } from './clusters.ts'

const useStyles = makeStyles({
  name: { display: 'flex', flexDirection: 'column' },
  soft: { color: tokens.colorNeutralForeground3, fontSize: tokens.fontSizeBase200 },
  state: { display: 'flex', flexDirection: 'column', alignItems: 'flex-start', gap: '2px' },
})
const busyWith = (cluster: Cluster) => (['RUNNING', 'TERMINATED', 'PAUSED'].includes(stateOf(cluster)) ? undefined : cluster.state_message)

export function ComputePage() {
  const clusters = useClusters()
  return (
    <Page title="Compute" subtitle="Clusters of machines that run Apache Spark. You pay for machines only while they exist." actions={<LinkButton href="/compute/new" appearance="primary" icon={<AddRegular />}>Create cluster</LinkButton>}>
      {clusters.error && <ErrorState error={clusters.error} retry={clusters.refetch} title="The clusters cannot be listed" />}
      <Section title="Clusters"><ClusterTable rows={clusters.error && !clusters.data ? [] : clusters.data} /></Section>
    </Page>
  )
}

/** Clusters with their live states. */
export function ClusterTable({ rows }: { rows: readonly Cluster[] | undefined }) {
  const styles = useStyles()
  const types = useQuery(nodeTypes).data
  const versions = useQuery(sparkVersions).data
  const size = (id: string | undefined) => {
    const type = types?.find((one) => one.node_type_id === id)
    return type && `${type.num_cores} cores, ${memory(type.memory_mb)}`
  }
  return (
    <Table
      label="Clusters" rows={rows} rowKey={(cluster) => cluster.cluster_id} filterLabel="Filter clusters" defaultSort={{ column: 'Name' }}
      filter={(cluster) => `${nameOf(cluster)} ${stateOf(cluster)} ${cluster.creator_user_name} ${cluster.node_type_id ?? ''} ${cluster.cluster_id}`}
      empty={<Empty title="No clusters yet" icon={<ServerRegular />} text="A cluster is one driver and a number of workers, each a virtual machine of your own. Create one to run notebooks." action={<LinkButton href="/compute/new" appearance="primary">Create your first cluster</LinkButton>} />}
      columns={[
        { title: 'Name', sort: nameOf, cell: (cluster) => <span className={styles.name}><Link href={`/compute/${cluster.cluster_id}`}>{nameOf(cluster)}</Link><span className={styles.soft}>{cluster.cluster_id}</span></span> },
        { title: 'State', sort: stateOf, cell: (cluster) => <span className={styles.state}><StateBadge state={stateOf(cluster)} />{busyWith(cluster) && <span className={styles.soft}>{busyWith(cluster)}</span>}</span> },
        { title: 'Workers', sort: (cluster) => cluster.num_workers ?? 0, cell: workersOf, wide: true },
        { title: 'Node type', wide: true, sort: (cluster) => cluster.node_type_id ?? '', cell: (cluster) => <span className={styles.name}>{cluster.node_type_id}<span className={styles.soft}>{size(cluster.node_type_id)}</span></span> },
        { title: 'Runtime', wide: true, cell: (cluster) => versions?.find((one) => one.key === cluster.spark_version)?.name.replace(/ \(.*/, '') ?? cluster.spark_version },
        { title: 'Creator', wide: true, sort: (cluster) => cluster.creator_user_name, cell: (cluster) => cluster.creator_user_name },
        { title: 'Started', wide: true, sort: (cluster) => cluster.start_time, cell: (cluster) => <RelativeTime at={cluster.start_time} /> },
        { title: 'Actions', align: 'end', cell: (cluster) => <RowActions cluster={cluster} /> },
      ]}
    />
  )
}
