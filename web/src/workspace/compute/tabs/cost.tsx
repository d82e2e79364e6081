import { makeStyles, tokens } from '@fluentui/react-components'
import { useQuery } from '@tanstack/react-query'
import { api } from '#web/api/generated/workspace.ts'
import { Facts, Section } from '#web/kit/page.tsx'
import { inWords } from '#web/kit/state-badge.tsx'
import { Loaded } from '#web/kit/states.tsx'
import { Table } from '#web/kit/table.tsx'
import type { TabProps } from '../cluster-page.tsx'
import { memory } from '../clusters.ts'

type Cost = Awaited<ReturnType<typeof api.clusterInsight.cost>>
const useStyles = makeStyles({ soft: { color: tokens.colorNeutralForeground3, margin: 0 }, big: { fontSize: tokens.fontSizeHero800, fontWeight: tokens.fontWeightSemibold, lineHeight: tokens.lineHeightHero800, margin: 0 } })
const units = (value: number) => value.toFixed(2)

/** What it holds, and so costs, while it runs, while it is paused, and when it is terminated. */
export function Cost({ cluster }: TabProps) {
  const styles = useStyles()
  const query = useQuery({ queryKey: ['clusters', cluster.cluster_id, 'cost'], queryFn: ({ signal }) => api.clusterInsight.cost({ params: { cluster_id: cluster.cluster_id } }, signal), refetchInterval: 10_000 })
  return (
    <Loaded query={query} errorTitle="The cost cannot be told">
      {(cost) => (
        <>
          <Section title="Now">
            <p className={styles.big}>{units(cost.now.units_per_hour)} units an hour</p>
            <Facts facts={[
              ['State', inWords(cost.state)],
              ['Holds', `${cost.now.machines} machines, ${cost.now.cores} cores, ${memory(cost.now.memory_mb)} memory, ${cost.now.disk_gb.toFixed(0)} GB disk`],
            ]} />
          </Section>
          <Section title="In each state" text="What nobody else can use meanwhile.">
            <Table
              label="Cost in each state" rows={rowsOf(cost)} rowKey={(row) => row.title} empty="Nothing"
              columns={[
                { title: 'State', cell: (row) => row.title },
                { title: 'Machines', cell: (row) => row.machines, align: 'end' },
                { title: 'Cores', cell: (row) => row.cores, align: 'end' },
                { title: 'Memory', cell: (row) => memory(row.memory_mb), align: 'end' },
                { title: 'Disk', cell: (row) => `${row.disk_gb.toFixed(0)} GB`, align: 'end', wide: true },
                { title: 'Units an hour', cell: (row) => <strong>{units(row.units_per_hour)}</strong>, align: 'end' },
              ]}
            />
            <p className={styles.soft}>A unit weighs {cost.table.per_core} for a core, {cost.table.per_memory_gb} for a GB of memory and {cost.table.per_disk_gb} for a GB of disk, each for an hour. On machines of your own it is a measure of use, not money.</p>
          </Section>
        </>
      )}
    </Loaded>
  )
}

const rowsOf = (cost: Cost) => [
  { title: 'Running', ...cost.running },
  ...(cost.running_least ? [{ title: 'Running, fewest workers', ...cost.running_least }] : []),
  ...(cost.running_most ? [{ title: 'Running, most workers', ...cost.running_most }] : []),
  { title: 'Paused', ...cost.paused },
  { title: 'Terminated', ...cost.terminated },
]
