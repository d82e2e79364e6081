import { Tab, TabList } from '@fluentui/react-components'
import { lazy, Suspense, type ComponentType } from 'react'
import { useGo } from '#web/kit/link.tsx'
import { Page, Section } from '#web/kit/page.tsx'
import { StateBadge } from '#web/kit/state-badge.tsx'
import { ErrorState, Loading } from '#web/kit/states.tsx'
import { PermissionsPanel } from '../access/permissions.tsx'
import { ClusterActions } from './actions.tsx'
import { nameOf, stateOf, useCluster, type Cluster } from './clusters.ts'
import { Configuration } from './tabs/configuration.tsx'
import { Events } from './tabs/events.tsx'
import { Machines } from './tabs/machines.tsx'
import { Overview } from './tabs/overview.tsx'

export type TabProps = { cluster: Cluster }
const tabs: Record<string, { title: string; show: ComponentType<TabProps> }> = {
  overview: { title: 'Overview', show: Overview },
  configuration: { title: 'Configuration', show: Configuration },
  events: { title: 'Event log', show: Events },
  machines: { title: 'Machines', show: Machines },
  'spark-ui': { title: 'Spark UI', show: lazy(async () => ({ default: (await import('./tabs/spark-ui.tsx')).SparkUi })) },
  log: { title: 'Driver log', show: lazy(async () => ({ default: (await import('./tabs/driver-log.tsx')).DriverLog })) },
  metrics: { title: 'Metrics', show: lazy(async () => ({ default: (await import('./tabs/metrics.tsx')).Metrics })) },
  cost: { title: 'Cost', show: lazy(async () => ({ default: (await import('./tabs/cost.tsx')).Cost })) },
  permissions: { title: 'Permissions', show: Permissions },
}
const crumbs = [{ title: 'Compute', href: '/compute' }]

export function ClusterPage({ clusterId, tab }: { clusterId: string; tab: string }) {
  const go = useGo()
  const { data: cluster, error, refetch } = useCluster(clusterId)
  if (!cluster) return <Page title="Cluster" breadcrumb={crumbs}>{error ? <ErrorState error={error} retry={refetch} title="The cluster cannot be shown" /> : <Loading lines={8} />}</Page>
  const at = tab in tabs ? tab : 'overview'
  const Show = tabs[at]?.show ?? Overview
  return (
    <Page title={nameOf(cluster)} breadcrumb={crumbs} badge={<StateBadge state={stateOf(cluster)} />} actions={<ClusterActions cluster={cluster} />}>
      {error && <ErrorState error={error} retry={refetch} title="What is shown may be old" />}
      <div style={{ overflowX: 'auto' }}>
        <TabList selectedValue={at} onTabSelect={(_event, data) => go(`/compute/${clusterId}${data.value === 'overview' ? '' : `/${String(data.value)}`}`)} aria-label="Parts of the cluster">
          {Object.entries(tabs).map(([name, { title }]) => <Tab key={name} value={name}>{title}</Tab>)}
        </TabList>
      </div>
      <Suspense fallback={<Loading />}><Show cluster={cluster} /></Suspense>
    </Page>
  )
}

function Permissions({ cluster }: TabProps) {
  return (
    <Section title="Permissions" text="CAN_ATTACH_TO runs notebooks on it and sees its log. CAN_RESTART also starts, pauses and terminates it. CAN_MANAGE also edits it and changes this list.">
      <PermissionsPanel type="clusters" id={cluster.cluster_id} />
    </Section>
  )
}
