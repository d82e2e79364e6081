import { makeStyles, Text, tokens } from '@fluentui/react-components'
import { queryOptions, useQuery } from '@tanstack/react-query'
import { get, versions } from '../arm/arm.ts'
import { Answer } from '../parts/states.tsx'
import { memory } from '../parts/words.ts'
import { Chart } from './chart.tsx'

type Metrics = { value: { name: { value: string }; timeseries: { data: { timeStamp: string; average?: number }[] }[] }[] }
const useStyles = makeStyles({ charts: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalXXL } })
const names = ['Percentage CPU', 'Available Memory Bytes'] as const
const lastHour = (id: string) => queryOptions({
  queryKey: ['arm', 'metrics', id.toLowerCase()], refetchInterval: 30_000,
  queryFn: ({ signal }) => get<Metrics>(`${id}/providers/Microsoft.Insights/metrics`, versions.metrics, { metricnames: names.join(','), interval: 'PT1M', aggregation: 'Average' }, signal),
})

/** What the region's monitor kept of the last hour, a value a minute. */
export function History({ id, memoryMb }: { id: string; memoryMb: number }) {
  const s = useStyles()
  const query = useQuery(lastHour(id))
  return (
    <Answer query={query} title="The last hour cannot be shown">{(metrics) => {
      const of = (name: (typeof names)[number]) => metrics.value.find((each) => each.name.value === name)?.timeseries[0]?.data.flatMap((each) => (each.average === undefined ? [] : [each.average])) ?? []
      const [cpu, free] = [of('Percentage CPU'), of('Available Memory Bytes')]
      if (cpu.length === 0) return <Text>Nothing was kept yet: a value comes every minute while the machine runs.</Text>
      const used = free.map((bytes) => Math.max(0, memoryMb - bytes / 1_048_576))
      return (
        <div className={s.charts}>
          <Chart title="CPU, last hour" values={cpu} most={100} shown={`${Math.round(cpu.reduce((sum, each) => sum + each, 0) / cpu.length)} % on average, ${Math.round(Math.max(...cpu))} % at most`} />
          {used.length > 0 && <Chart title="Memory, last hour" values={used} most={memoryMb} shown={`${memory(Math.max(...used))} at most`} />}
        </div>
      )
    }}</Answer>
  )
}
