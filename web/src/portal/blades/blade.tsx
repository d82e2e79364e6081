import { Tab, TabList, makeStyles, tokens } from '@fluentui/react-components'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { useEffect, type ReactNode } from 'react'
import { kindOf, type IconName } from '../arm/kinds.ts'
import { partsOf } from '../arm/ids.ts'
import { resource, useMe } from '../arm/queries.ts'
import type { Me, Resource } from '../arm/types.ts'
import { visited } from '../frame/recent.ts'
import { Events } from '../pages/events.tsx'
import { Page, type Crumb } from '../parts/page.tsx'
import { Answer } from '../parts/states.tsx'
import { AccessControl } from './access.tsx'
import { Json } from './json.tsx'
import { blades, type Section } from './blades.tsx'

const route = getRouteApi('/resource/$')
const useStyles = makeStyles({ tabs: { overflowX: 'auto', borderBottom: `1px solid ${tokens.colorNeutralStroke2}` }, body: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalL, minWidth: 0 } })

/** The page of one resource, whatever kind it is. */
export function ResourcePage() {
  const who = useMe()
  const { _splat } = route.useParams()
  return who && _splat ? <Blade key={_splat} who={who} id={`/${_splat}`} /> : null
}

function Blade({ who, id }: { who: Me; id: string }) {
  const query = useQuery(resource<Resource>(id, 4_000))
  const parts = partsOf(id)
  const kind = kindOf(query.data?.type ?? parts.type)
  const found = query.data !== undefined
  useEffect(() => { if (found) visited(id) }, [found, id])
  const crumbs: Crumb[] = [{ title: 'Home', to: '/' }, { title: 'Resource groups', to: '/groups' }, ...(parts.isGroup ? [] : [{ title: parts.group, to: `/resource/subscriptions/${parts.subscription}/resourceGroups/${parts.group}` }])]
  if (!found || query.error) return <Page title={parts.name} kind={kind.label} icon={kind.icon} crumbs={crumbs}><Answer query={{ ...query, data: undefined }} rows={6} title={query.error ? `${parts.name} cannot be shown` : ''}>{() => null}</Answer></Page>
  return <Sections who={who} it={query.data} icon={kind.icon} label={kind.label} crumbs={crumbs} />
}

function Sections({ who, it, icon, label, crumbs }: { who: Me; it: Resource; icon: IconName; label: string; crumbs: readonly Crumb[] }) {
  const s = useStyles()
  const { tab } = route.useSearch()
  const navigate = useNavigate()
  const own = blades[icon] ?? blades.unknown
  const common: readonly Section[] = [
    { id: 'activity', title: 'Activity log', show: () => <Events who={who} filter={activityFilter(it)} within={it.id} /> },
    { id: 'access', title: 'Access control (IAM)', show: () => <AccessControl who={who} scope={it.id} /> },
    { id: 'json', title: 'JSON view', show: () => <Json value={it} /> },
  ]
  const sections = [...own.sections, ...common]
  const open = sections.find((each) => each.id === tab) ?? sections[0]
  return (
    <Page title={it.name} kind={label} icon={icon} crumbs={crumbs} commands={own.commands?.(who, it)}>
      <TabList className={s.tabs} selectedValue={open?.id} onTabSelect={(_, { value }) => void navigate({ to: '/resource/$', params: { _splat: it.id.slice(1) }, search: value === sections[0]?.id ? {} : { tab: String(value) } })}>
        {sections.map((each) => <Tab key={each.id} value={each.id}>{each.title}</Tab>)}
      </TabList>
      <div className={s.body} role="tabpanel" aria-label={open?.title}>{open?.show(who, it) satisfies ReactNode}</div>
    </Page>
  )
}
const activityFilter = (it: Resource): string => (partsOf(it.id).isGroup ? `resourceGroupName eq '${it.name}'` : `resourceUri eq '${it.id}'`)
