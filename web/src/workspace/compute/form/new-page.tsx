import { useQuery, useQueryClient } from '@tanstack/react-query'
import { api } from '#web/api/generated/workspace.ts'
import { useGo } from '#web/kit/link.tsx'
import { useNotify } from '#web/kit/notices.tsx'
import { Page } from '#web/kit/page.tsx'
import { ErrorState, Loading } from '#web/kit/states.tsx'
import { nameOf, oneCluster } from '../clusters.ts'
import { ClusterForm } from './cluster-form.tsx'
import { cleaned } from './spec.ts'

export function NewClusterPage({ cloneOf }: { cloneOf: string | undefined }) {
  const go = useGo()
  const notify = useNotify()
  const cache = useQueryClient()
  const model = useQuery({ ...oneCluster(cloneOf ?? ''), enabled: cloneOf !== undefined, refetchInterval: false })
  const waits = cloneOf !== undefined && !model.data
  const start = model.data && { ...cleaned(model.data.spec ?? model.data), cluster_name: `${nameOf(model.data)} (clone)` }
  return (
    <Page title={cloneOf === undefined ? 'Create cluster' : 'Clone cluster'} breadcrumb={[{ title: 'Compute', href: '/compute' }]} subtitle="It starts as soon as it is created.">
      {waits ? (model.error ? <ErrorState error={model.error} retry={model.refetch} title="The cluster to clone cannot be read" /> : <Loading lines={10} />) : (
        <ClusterForm
          start={start} submit="Create cluster" cancel="/compute"
          onSubmit={async (spec) => {
            const made = await api.clusters.create({ body: spec })
            notify.done('The cluster is being created', 'Its page shows every step.')
            await cache.invalidateQueries({ queryKey: ['clusters'], refetchType: 'none' })
            go(`/compute/${made.cluster_id}`)
          }}
        />
      )}
    </Page>
  )
}
