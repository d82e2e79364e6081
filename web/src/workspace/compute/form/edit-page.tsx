import { MessageBar, MessageBarBody } from '@fluentui/react-components'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { api } from '#web/api/generated/workspace.ts'
import { useGo } from '#web/kit/link.tsx'
import { useNotify } from '#web/kit/notices.tsx'
import { Page } from '#web/kit/page.tsx'
import { Loaded, Loading } from '#web/kit/states.tsx'
import { nameOf, oneCluster, stateOf, useClusterLevel, whyNot } from '../clusters.ts'
import { ClusterForm } from './cluster-form.tsx'
import { cleaned } from './spec.ts'

export function EditClusterPage({ clusterId }: { clusterId: string }) {
  const go = useGo()
  const notify = useNotify()
  const cache = useQueryClient()
  // What one edits must not change under one's hands: read once.
  const query = useQuery({ ...oneCluster(clusterId), refetchInterval: false, refetchOnWindowFocus: false })
  const level = useClusterLevel(clusterId)
  const cluster = query.data
  const back = `/compute/${clusterId}`
  return (
    <Page title={cluster ? `Edit ${nameOf(cluster)}` : 'Edit cluster'} breadcrumb={[{ title: 'Compute', href: '/compute' }, ...(cluster ? [{ title: nameOf(cluster), href: back }] : [])]}>
      <Loaded query={query} skeleton={<Loading lines={10} />} errorTitle="The cluster cannot be read">
        {(found) => {
          const why = whyNot('edit', found, level)
          const note = why !== undefined ? <MessageBar intent="warning" layout="multiline"><MessageBarBody>{why}</MessageBarBody></MessageBar>
            : stateOf(found) === 'RUNNING' ? <MessageBar intent="warning" layout="multiline"><MessageBarBody>It runs: a change restarts it, and what notebooks have in memory is lost.</MessageBarBody></MessageBar> : undefined
          return (
            <ClusterForm
              start={cleaned(found.spec ?? found)} submit={stateOf(found) === 'RUNNING' ? 'Save and restart' : 'Save'} cancel={back} note={note}
              onSubmit={async (spec) => {
                await api.clusters.edit({ body: { ...spec, cluster_id: clusterId } })
                notify.done('The cluster is changed')
                await cache.invalidateQueries({ queryKey: ['clusters'] })
                go(back)
              }}
            />
          )
        }}
      </Loaded>
    </Page>
  )
}
