import { makeStyles, Select, tokens } from '@fluentui/react-components'
import { DataTrendingRegular } from '@fluentui/react-icons'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { api } from '#web/api/generated/workspace.ts'
import { Section } from '#web/kit/page.tsx'
import { Empty, Loaded } from '#web/kit/states.tsx'
import type { TabProps } from '../cluster-page.tsx'
import { memory } from '../clusters.ts'
import { LineChart } from './line-chart.tsx'

const useStyles = makeStyles({
  grid: { display: 'grid', gridTemplateColumns: 'repeat(auto-fit, minmax(min(100%, 420px), 1fr))', gap: '20px' },
  cards: { display: 'flex', flexWrap: 'wrap', gap: '12px' },
  card: { display: 'flex', flexDirection: 'column', padding: '10px 14px', minWidth: '160px', borderRadius: tokens.borderRadiusMedium, backgroundColor: tokens.colorNeutralBackground3 },
  soft: { color: tokens.colorNeutralForeground3, fontSize: tokens.fontSizeBase200 },
  strong: { fontWeight: tokens.fontWeightSemibold },
})
const title = (machine: string) => (machine === 'driver' ? 'Driver' : `Worker ${machine}`)

/** How busy the machines are, now and before. */
export function Metrics({ cluster }: TabProps) {
  const styles = useStyles()
  const [minutes, setMinutes] = useState(30)
  const query = useQuery({
    queryKey: ['clusters', cluster.cluster_id, 'metrics', minutes],
    queryFn: ({ signal }) => api.clusterInsight.metrics({ params: { cluster_id: cluster.cluster_id }, query: { minutes } }, signal),
    refetchInterval: 5000, placeholderData: (old) => old,
  })
  return (
    <Section
      title="Metrics" text="Of the machines, as the cloud measures them."
      actions={<Select aria-label="Span" value={String(minutes)} onChange={(_event, data) => setMinutes(Number(data.value))}>{[10, 30, 60, 180].map((each) => <option key={each} value={each}>{each < 60 ? `${each} minutes` : each === 60 ? '1 hour' : `${each / 60} hours`}</option>)}</Select>}
    >
      <Loaded query={query} errorTitle="The metrics cannot be read">
        {({ machines }) => machines.length === 0 ? <Empty icon={<DataTrendingRegular />} title="No machines to measure" text="Metrics are taken while machines exist. Start the cluster to see them." /> : (
          <>
            <div className={styles.cards}>
              {machines.map((one) => (
                <div key={one.instance_id} className={styles.card}>
                  <span className={styles.strong}>{title(one.machine)}</span>
                  <span>{one.cpu_percent === null ? 'CPU not known yet' : `CPU ${one.cpu_percent.toFixed(0)} % of ${one.cores}`}</span>
                  <span>{one.memory_used_mb === null ? 'Memory not known yet' : `${memory(one.memory_used_mb)} of ${memory(one.memory_mb)}`}</span>
                  <span className={styles.soft}>{one.node_type_id}</span>
                </div>
              ))}
            </div>
            <div className={styles.grid}>
              <LineChart title="CPU, percent of all cores" unit="%" most={100} lines={machines.map((one) => ({ name: title(one.machine), points: one.cpu }))} />
              <LineChart title="Memory in use, GB" unit="GB" lines={machines.map((one) => ({ name: title(one.machine), points: one.memory_used.map((point) => ({ at: point.at, average: point.average === null ? null : point.average / 1024 })) }))} />
            </div>
          </>
        )}
      </Loaded>
    </Section>
  )
}
