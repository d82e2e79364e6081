import { Field, makeStyles, ProgressBar, Text, tokens } from '@fluentui/react-components'
import { queryOptions, useQuery } from '@tanstack/react-query'
import { list, versions } from '../arm/arm.ts'
import { inSubscription, subscriptionPath, useMe } from '../arm/queries.ts'
import type { Machine, Me, Size, Usage } from '../arm/types.ts'
import { MachineNow } from '../blades/machine-now.tsx'
import { ResourceLink } from '../parts/links.tsx'
import { Card, Page } from '../parts/page.tsx'
import { Records } from '../parts/records.tsx'
import { Answer, Empty } from '../parts/states.tsx'
import { memory } from '../parts/words.ts'

const useStyles = makeStyles({ bars: { display: 'grid', gap: tokens.spacingVerticalL, gridTemplateColumns: 'repeat(auto-fit, minmax(260px, 1fr))' } })
const usages = (who: Me) => queryOptions({ queryKey: ['arm', 'usages'], refetchInterval: 3_000, queryFn: ({ signal }) => list<Usage>(`${subscriptionPath(who)}/providers/Microsoft.Compute/locations/local/usages`, versions.compute, {}, signal) })
export const sizes = (who: Me) => queryOptions({ queryKey: ['arm', 'sizes'], staleTime: 300_000, queryFn: ({ signal }) => list<Size>(`${subscriptionPath(who)}/providers/Microsoft.Compute/locations/local/vmSizes`, versions.compute, {}, signal) })

export function QuotaPage() {
  const who = useMe()
  return who ? <Quota who={who} /> : null
}

function Quota({ who }: { who: Me }) {
  const s = useStyles()
  const used = useQuery(usages(who))
  const machines = useQuery(inSubscription<Machine>(who, 'Microsoft.Compute/virtualMachines', versions.compute))
  const known = useQuery(sizes(who)).data
  const sizeOf = (machine: Machine) => known?.find((each) => each.name === machine.properties.hardwareProfile.vmSize)
  return (
    <Page title="Quota and usage" icon="machine" kind="Region: Local" crumbs={[{ title: 'Home', to: '/' }]}>
      <Text>A machine’s size is a promise of cores and memory. What does not fit below is refused before anything starts.</Text>
      <Card title="What the region has">
        <Answer query={used}>{(all) => (
          <div className={s.bars}>
            {all.map((usage) => {
              const inMemory = usage.name.value === 'memoryMb'
              const show = (value: number) => (inMemory ? memory(value) : value.toLocaleString('en'))
              const share = usage.limit > 0 ? usage.currentValue / usage.limit : 0
              return <Field key={usage.name.value} label={usage.name.localizedValue.replace(' (MiB)', '')} validationState="none" validationMessage={`${show(usage.currentValue)} of ${show(usage.limit)} promised, ${show(Math.max(0, usage.limit - usage.currentValue))} free`}><ProgressBar value={share} color={share > 0.9 ? 'error' : share > 0.7 ? 'warning' : 'brand'} thickness="large" /></Field>
            })}
          </div>
        )}</Answer>
      </Card>
      <Card title="What machines use now">
        <Answer query={machines}>{(all) => all.length === 0
          ? <Empty title="No machines now">Machines appear here while clusters run. A terminated cluster has none.</Empty>
          : <Records label="Machines" keyOf={(row) => row.id} rows={all} first={0} columns={[
            { title: 'Name', cell: (row) => <ResourceLink id={row.id} type={row.type} name={row.name} />, by: (row) => row.name },
            { title: 'Size', cell: (row) => row.properties.hardwareProfile.vmSize, by: (row) => row.properties.hardwareProfile.vmSize },
            { title: 'Promised', cell: (row) => { const size = sizeOf(row); return size ? `${size.numberOfCores} cores, ${memory(size.memoryInMB)}` : '' }, wide: true },
            { title: 'Uses now', cell: (row) => <MachineNow id={row.id} cores={sizeOf(row)?.numberOfCores} /> },
          ]} />}</Answer>
      </Card>
    </Page>
  )
}
