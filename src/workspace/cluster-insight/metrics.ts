import { z } from 'zod'
import { Problem } from '#base/problem.ts'
import type { Arm } from '../arm.ts'
import type { Machines } from '../clusters/machines.ts'
import type { NodeTypeInfo } from '../clusters/spec.ts'
import type { ClusterRow } from '../clusters/store.ts'
import type { Fetch } from '#base/http/trusting-fetch.ts'
import type { clusterInsightApi } from './api.ts'

type Metrics = z.input<typeof clusterInsightApi.metrics.reply>
type Line = Metrics['machines'][number]['cpu']
export type Deps = { arm: Arm; machines: Pick<Machines, 'idOf'>; nodeTypes: () => Promise<NodeTypeInfo[]>; fetch: Fetch; now: () => number }

/** Source: Metrics_List of Azure Monitor, api-version 2018-01-01. */
const Answer = z.object({
  value: z.array(
    z.object({
      name: z.object({ value: z.string() }),
      timeseries: z.array(z.object({ data: z.array(z.object({ timeStamp: z.string(), average: z.number().nullish() })) })),
    }),
  ),
})
const minute = 60_000
/** A value older than this is not "now". */
const freshMs = 3 * minute

/** Processor and memory of each machine by the cloud's own public metrics, the same on Azure and here. */
export const clusterMetrics = ({ arm, machines, nodeTypes, fetch, now }: Deps) => {
  async function ask(name: string, minutes: number): Promise<z.infer<typeof Answer>['value']> {
    const token = await arm.credential.getToken(arm.options.credentials.scopes)
    const [from, to] = [new Date(now() - minutes * minute).toISOString(), new Date(now()).toISOString()]
    const query = new URLSearchParams({ 'api-version': '2018-01-01', metricnames: 'Percentage CPU,Available Memory Bytes', aggregation: 'Average', interval: 'PT1M', timespan: `${from}/${to}` })
    const reply = await fetch(`${arm.options.endpoint}${machines.idOf(name)}/providers/Microsoft.Insights/metrics?${query}`, { headers: { authorization: `Bearer ${token?.token ?? ''}` } })
    if (reply.status === 404) return []
    if (!reply.ok) throw new Problem('unavailable', 'The cloud does not tell what the machines use now. Try again in a moment.', { detail: `metrics of ${name}: ${reply.status}` })
    return Answer.parse(await reply.json()).value
  }

  return async (row: ClusterRow, minutes: number): Promise<Metrics> => {
    const types = await nodeTypes()
    const shown = await Promise.all(
      row.machines.map(async ({ name, vmId }, index) => {
        const size = types.find((type) => type.node_type_id === (index === 0 ? row.spec.driver_node_type_id : row.spec.node_type_id))
        const memoryMb = size?.memory_mb ?? 0
        const answers = await ask(name, minutes)
        const cpu = lineOf(answers, 'Percentage CPU', (value) => value)
        const memory = lineOf(answers, 'Available Memory Bytes', (bytes) => Math.max(0, Math.round(memoryMb - bytes / 2 ** 20)))
        const machine = name.endsWith('-driver') ? 'driver' : name.slice(name.lastIndexOf('-') + 1)
        const common = { machine, instance_id: vmId, node_type_id: size?.node_type_id ?? '', cores: size?.num_cores ?? 0, memory_mb: memoryMb }
        return { ...common, cpu_percent: newest(cpu, now()), memory_used_mb: newest(memory, now()), cpu, memory_used: memory }
      }),
    )
    return { cluster_id: row.cluster_id, interval_seconds: 60, machines: shown }
  }
}

const lineOf = (answers: z.infer<typeof Answer>['value'], name: string, convert: (value: number) => number): Line =>
  (answers.find((each) => each.name.value === name)?.timeseries[0]?.data ?? []).map(({ timeStamp, average }) => ({ at: Date.parse(timeStamp), average: average == null ? null : convert(average) }))

function newest(line: Line, now: number): number | null {
  const last = line.findLast(({ average }) => average !== null)
  return last && now - last.at < freshMs ? last.average : null
}
