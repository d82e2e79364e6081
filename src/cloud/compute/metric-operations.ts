import type { Core } from '../resource-manager/core.ts'
import { ok, type Call, type Operation } from '../resource-manager/operation.ts'
import { bad } from '../resource-manager/problems.ts'
import { region } from '../resource-manager/core.ts'
import { found } from '../resource-manager/resource-operations.ts'
import type { Bag } from '../store/tables.ts'
import type { MetricSamples } from './metric-samples.ts'
import { buckets, metricNames, metrics, points, type MetricName } from './metrics.ts'
import { machineType } from './virtual-machines.ts'

const versions = ['2024-02-01', '2023-10-01', '2023-05-01-preview', '2021-05-01', '2019-07-01', '2018-01-01', '2017-05-01-preview', '2016-09-01']
const one = '/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers/Microsoft.Compute/virtualMachines/{name}/providers/Microsoft.Insights'
const intervals: Readonly<Record<string, number>> = { PT1M: 60_000, PT5M: 300_000, PT15M: 900_000, PT30M: 1_800_000, PT1H: 3_600_000 }
const aggregations = ['average', 'minimum', 'maximum', 'total', 'count'] as const

/** `Microsoft.Insights/metrics` and `metricDefinitions` of a virtual machine, for at most the last hours. Source: Metrics_List of Azure Monitor. */
export function metricOperations(core: Core, samples: MetricSamples): Operation[] {
  const machine = async (call: Call) => {
    const row = await found(core, { type: machineType }, { path: call.path.replace(/\/providers\/microsoft\.insights\/.*$/i, '') })
    const size = await core.db.selectFrom('machines').select(['cores', 'memory_mb']).where('key', '=', row.key).executeTakeFirst()
    return { row, size: { cores: size?.cores ?? 1, memoryMb: size?.memory_mb ?? 1 } }
  }
  const line = (tail: string, needs: string, handle: Operation['handle']): Operation => ({ method: 'GET', path: `${one}/${tail}`, versions, needs, handle })
  return [
    line('metrics', 'Microsoft.Insights/metrics/read', async (call) => {
      const { row, size } = await machine(call)
      const { names, range, interval, shown } = wishOf(call.query)
      const seen = await samples.between(row.key, new Date(range.from - 180_000), new Date(range.to))
      const value = names.map((name): Bag => ({
        id: `${row.id}/providers/Microsoft.Insights/metrics/${name}`, type: 'Microsoft.Insights/metrics', name: { value: name, localizedValue: name },
        displayDescription: metrics[name].says, unit: metrics[name].unit, errorCode: 'Success',
        timeseries: [{
          metadatavalues: [],
          data: buckets(points(name, seen, size), range, intervals[interval] ?? 60_000).map((bucket) => ({ timeStamp: bucket.timeStamp, ...Object.fromEntries(shown.flatMap((each) => (bucket[each] === undefined ? [] : [[each, bucket[each]]]))) })),
        }],
      }))
      return ok({ cost: 0, timespan: `${new Date(range.from).toISOString()}/${new Date(range.to).toISOString()}`, interval, namespace: machineType, resourceregion: region.name, value })
    }),
    line('metricDefinitions', 'Microsoft.Insights/metricDefinitions/read', async (call) => {
      const { row } = await machine(call)
      return ok({ value: Object.entries(metrics).map(([name, { unit, aggregation, says }]): Bag => ({
        id: `${row.id}/providers/Microsoft.Insights/metricdefinitions/${name}`, resourceId: row.id, namespace: machineType, name: { value: name, localizedValue: name }, displayDescription: says,
        unit, primaryAggregationType: aggregation, supportedAggregationTypes: ['Average', 'Minimum', 'Maximum', 'Total', 'Count'], isDimensionRequired: false, dimensions: [],
        metricAvailabilities: Object.keys(intervals).map((timeGrain) => ({ timeGrain, retention: 'PT3H' })),
      })) })
    }),
  ]
}

/** Defaults as on Azure: the last hour, the finest grain, averages. */
function wishOf(query: URLSearchParams) {
  const interval = (query.get('interval') ?? 'PT1M').toUpperCase()
  if (intervals[interval] === undefined) throw bad('BadRequest', `Invalid time grain duration: ${interval}, supported ones are: ${Object.keys(intervals).join(', ')}`, 'interval')
  const asked = query.get('metricnames')?.split(',').map((name) => name.trim()) ?? ['Percentage CPU']
  const names = asked.map((each): MetricName => {
    const known = metricNames.find((name): name is MetricName => name.toLowerCase() === each.toLowerCase())
    if (known === undefined) throw bad('BadRequest', `Failed to find metric configuration for provider: Microsoft.Compute, resource Type: virtualMachines, metric: ${each}, Valid metrics: ${metricNames.join(', ')}`, 'metricnames')
    return known
  })
  const wanted = (query.get('aggregation') ?? 'Average').toLowerCase().split(',').map((each) => each.trim())
  const wrong = wanted.find((each) => !aggregations.some((known) => known === each))
  if (wrong !== undefined) throw bad('BadRequest', `Invalid aggregation type: ${wrong}, supported ones are: ${aggregations.join(', ')}`, 'aggregation')
  return { names, interval, range: rangeOf(query.get('timespan')), shown: aggregations.filter((each) => wanted.includes(each)) }
}

/** `from/to` in ISO 8601. */
function rangeOf(timespan: string | null): { from: number; to: number } {
  const now = Date.now()
  if (timespan === null) return { from: now - 3_600_000, to: now }
  const [from = NaN, to = NaN] = timespan.split('/').map((each) => Date.parse(each))
  if (!(from < to) || to - from > 7 * 86_400_000) throw bad('BadRequest', `The timespan '${timespan}' is not two times like 2026-01-01T00:00:00Z/2026-01-01T01:00:00Z, the first before the second, at most 7 days apart.`, 'timespan')
  return { from, to }
}
