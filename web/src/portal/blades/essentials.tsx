import { Badge } from '@fluentui/react-components'
import type { ReactNode } from 'react'
import { groupIdOf, nameOf } from '../arm/ids.ts'
import type { Me, Resource } from '../arm/types.ts'
import { Copied } from '../parts/facts.tsx'
import { Facts } from '../parts/facts.tsx'
import { ResourceLink } from '../parts/links.tsx'
import { Card } from '../parts/page.tsx'
import { State } from '../parts/states.tsx'

export type Fact = readonly [name: string, value: ReactNode]
/** What every resource says of itself, and what its kind adds. */
export function Essentials({ who, it, more = [] }: { who: Me; it: Resource<object>; more?: readonly Fact[] }) {
  const state = 'provisioningState' in it.properties ? String(it.properties.provisioningState) : 'Succeeded'
  const group = groupIdOf(it.id)
  return (
    <Card title="Essentials">
      <Facts facts={[
        ...(more.some(([name]) => name === 'Status') ? [] : [['Status', <State key="state" value={state} />] as const]),
        ...(group.toLowerCase() === it.id.toLowerCase() ? [] : [['Resource group', <ResourceLink key="group" id={group} name={nameOf(group)} picture={false} />] as const]),
        ['Location', it.location === 'local' ? 'Local' : (it.location ?? '')],
        ['Subscription', who.subscription.name],
        ['Subscription id', <Copied key="subscription" text={who.subscription.id} what="the subscription id" />],
        ...more,
        ['Tags', <TagList key="tags" tags={it.tags ?? {}} />],
      ]} />
    </Card>
  )
}
const TagList = ({ tags }: { tags: Readonly<Record<string, string>> }) => {
  const entries = Object.entries(tags)
  return entries.length === 0 ? 'None' : <span style={{ display: 'inline-flex', flexWrap: 'wrap', gap: 4 }}>{entries.map(([name, value]) => <Badge key={name} appearance="outline" color="informative">{name}: {value}</Badge>)}</span>
}
