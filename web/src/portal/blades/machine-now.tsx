import { makeStyles, ProgressBar, Text, tokens } from '@fluentui/react-components'
import { queryOptions, useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { get, versions } from '../arm/arm.ts'
import type { InstanceView } from '../arm/types.ts'
import { memory } from '../parts/words.ts'

export const instanceView = (id: string) => queryOptions({
  queryKey: ['arm', 'instance view', id.toLowerCase()], refetchInterval: 2_000, queryFn: ({ signal }) => get<InstanceView>(`${id}/instanceView`, versions.compute, {}, signal),
})
/** `PowerState/running` without the family, as people say it. */
export function powerOf(view: InstanceView | undefined): string {
  if (!view) return '…'
  if (view.statuses.some((each) => each.code === 'HibernationState/Hibernated')) return 'Hibernated'
  const code = view.statuses.find((each) => each.code.startsWith('PowerState/'))?.code.slice('PowerState/'.length) ?? 'unknown'
  return code.slice(0, 1).toUpperCase() + code.slice(1)
}
export type Sample = { at: number; cores: number; memoryMb: number }
const kept = 60

/** Cores in use between two looks, and memory at each; the last two minutes. */
export function useSamples(id: string): readonly Sample[] {
  const { data, dataUpdatedAt } = useQuery(instanceView(id))
  const [seen, setSeen] = useState<{ at: number; seconds: number } | null>(null)
  const [samples, setSamples] = useState<readonly Sample[]>([])
  const now = data?.brickyard
  useEffect(() => {
    if (now?.cpuSeconds === undefined) { setSeen(null); return }
    if (seen?.at === dataUpdatedAt) return
    if (seen && now.cpuSeconds >= seen.seconds) {
      const cores = (now.cpuSeconds - seen.seconds) / Math.max(0.5, (dataUpdatedAt - seen.at) / 1000)
      setSamples((before) => [...before, { at: dataUpdatedAt, cores, memoryMb: now.memoryMb ?? 0 }].slice(-kept))
    }
    setSeen({ at: dataUpdatedAt, seconds: now.cpuSeconds })
  }, [now, dataUpdatedAt, seen])
  return samples
}

const useStyles = makeStyles({ now: { display: 'grid', gridTemplateColumns: 'auto minmax(60px, 120px)', columnGap: tokens.spacingHorizontalS, alignItems: 'center', width: 'fit-content', fontSize: tokens.fontSizeBase200 } })

/** One line: what a machine uses at this moment. */
export function MachineNow({ id, cores }: { id: string; cores: number | undefined }) {
  const s = useStyles()
  const view = useQuery(instanceView(id)).data
  const last = useSamples(id).at(-1)
  const power = powerOf(view)
  if (power !== 'Running') return <Text size={200}>{power}</Text>
  if (!last) return <Text size={200}>measuring…</Text>
  return (
    <span className={s.now}>
      <span>{last.cores.toFixed(2)}{cores ? ` of ${cores} cores` : ' cores'}, {memory(last.memoryMb)}</span>
      {cores !== undefined && <ProgressBar value={Math.min(1, last.cores / cores)} aria-label="Cores in use" />}
    </span>
  )
}
