import { Dropdown, Option } from '@fluentui/react-components'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { groups, useMe } from '../arm/queries.ts'
import type { Me } from '../arm/types.ts'
import { Page } from '../parts/page.tsx'
import { Events } from './events.tsx'

export function ActivityPage() {
  const who = useMe()
  return who ? <Activity who={who} /> : null
}
const spans = { '1': 'Last hour', '24': 'Last 24 hours', '168': 'Last 7 days', '2160': 'Last 90 days' } as const
type Span = keyof typeof spans
const isSpan = (value: string | undefined): value is Span => value !== undefined && value in spans

function Activity({ who }: { who: Me }) {
  const sets = useQuery(groups(who)).data ?? []
  const [group, setGroup] = useState('')
  const [span, setSpan] = useState<Span>('24')
  const [since, setSince] = useState(() => sinceOf('24'))
  const filter = [`eventTimestamp ge '${since}'`, ...(group ? [`resourceGroupName eq '${group}'`] : [])].join(' and ')
  const choose = (value: string | undefined) => { if (isSpan(value)) { setSpan(value); setSince(sinceOf(value)) } }
  return (
    <Page title="Activity log" icon="disk" crumbs={[{ title: 'Home', to: '/' }]} commands={(
      <>
        <Dropdown aria-label="Time" value={spans[span]} selectedOptions={[span]} onOptionSelect={(_, { optionValue }) => choose(optionValue)}>{Object.entries(spans).map(([value, title]) => <Option key={value} value={value}>{title}</Option>)}</Dropdown>
        <Dropdown aria-label="Resource group" value={group || 'All resource groups'} selectedOptions={[group]} onOptionSelect={(_, { optionValue }) => setGroup(optionValue ?? '')}><Option value="">All resource groups</Option>{sets.map((each) => <Option key={each.id} value={each.name}>{each.name}</Option>)}</Dropdown>
      </>
    )}>
      <Events who={who} filter={filter} />
    </Page>
  )
}
const sinceOf = (span: Span): string => new Date(Date.now() - Number(span) * 3_600_000).toISOString()
