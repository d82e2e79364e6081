import { makeStyles, tokens } from '@fluentui/react-components'
import { Add24Filled } from '@fluentui/react-icons'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { kindOf, type IconName } from '../arm/kinds.ts'
import { partsOf, sameId } from '../arm/ids.ts'
import { groups, resources, useMe } from '../arm/queries.ts'
import type { Me, Resource } from '../arm/types.ts'
import { useRecent } from '../frame/recent.ts'
import { Icon } from '../parts/icon.tsx'
import { Go, Out, ResourceLink } from '../parts/links.tsx'
import { Card, Page } from '../parts/page.tsx'
import { Records } from '../parts/records.tsx'
import { Answer, Empty } from '../parts/states.tsx'
import { ago } from '../parts/words.ts'

const useStyles = makeStyles({
  tiles: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalS, listStyleType: 'none', margin: 0, padding: 0 },
  tile: { display: 'flex', flexDirection: 'column', alignItems: 'center', justifyContent: 'flex-start', gap: tokens.spacingVerticalS, width: '104px', padding: `${tokens.spacingVerticalM} ${tokens.spacingHorizontalXS}`, borderRadius: tokens.borderRadiusLarge, textAlign: 'center', color: tokens.colorNeutralForeground1, textDecorationLine: 'none', ':hover': { backgroundColor: tokens.colorSubtleBackgroundHover }, ':focus-visible': { outline: `2px solid ${tokens.colorStrokeFocus2}` }, '@media (max-width: 480px)': { width: '92px' } },
  links: { display: 'flex', flexWrap: 'wrap', columnGap: tokens.spacingHorizontalXXL, rowGap: tokens.spacingVerticalS },
  add: { color: tokens.colorBrandForeground1, height: '32px', width: '32px' },
})
const tiles: readonly { title: string; to: string; icon: IconName }[] = [
  { title: 'Azure Databricks', to: '/resources?type=databricks', icon: 'databricks' }, { title: 'Resource groups', to: '/groups', icon: 'group' }, { title: 'All resources', to: '/resources', icon: 'unknown' },
  { title: 'Network', to: '/network', icon: 'network' }, { title: 'Quota and usage', to: '/quota', icon: 'machine' }, { title: 'Users', to: '/directory/users', icon: 'user' }, { title: 'Consents', to: '/directory/consents', icon: 'identity' },
]

export function HomePage() {
  const s = useStyles()
  const who = useMe()
  const tile = (title: string, to: string, icon: ReactNode) => <li key={to}><Go to={to} className={s.tile}>{icon}<span>{title}</span></Go></li>
  return (
    <Page title={`Welcome, ${who?.user.name ?? ''}`}>
      <Card title="Azure services"><ul className={s.tiles}>{tile('Create a resource', '/create', <Add24Filled className={s.add} aria-hidden="true" />)}{tiles.map((each) => tile(each.title, each.to, <Icon name={each.icon} size={32} />))}</ul></Card>
      {who && <Card title="Recent resources"><RecentResources who={who} /></Card>}
      <Card title="Navigate"><div className={s.links}><Go to="/groups">Resource groups</Go><Go to="/resources">All resources</Go><Go to="/activity">Activity log</Go><Go to="/directory/sign-ins">Sign-ins</Go>{who && <Out href={who.links.account} here>My account and sessions</Out>}</div></Card>
    </Page>
  )
}

type Row = { id: string; name: string; type: string; at: string | number | undefined }
/** What was opened on this browser and still is there; on a new browser, what there is. */
function RecentResources({ who }: { who: Me }) {
  const all = useQuery(resources(who))
  const sets = useQuery(groups(who))
  const recent = useRecent()
  return (
    <Answer query={all}>{(list) => {
      const known: Resource[] = [...list, ...(sets.data ?? [])]
      const opened = recent.flatMap(({ id, at }): Row[] => { const it = known.find((each) => sameId(each.id, id)); return it ? [{ id: it.id, name: it.name, type: it.type, at }] : [] })
      const rows: Row[] = opened.length > 0 ? opened : list.filter((each) => kindOf(each.type).icon === 'databricks').concat(list.filter((each) => kindOf(each.type).icon !== 'databricks')).slice(0, 8).map((each) => ({ id: each.id, name: each.name, type: each.type, at: each.createdTime }))
      if (rows.length === 0) return <Empty title="Nothing here yet" picture={<Icon name="databricks" size={48} />} action={<Go to="/create/databricks">Create an Azure Databricks Service</Go>}>Create your first service: it takes less than a minute.</Empty>
      return <Records label="Recent resources" keyOf={(row) => row.id} rows={rows} columns={[
        { title: 'Name', cell: (row) => <ResourceLink id={row.id} type={row.type} name={row.name} />, by: (row) => row.name },
        { title: 'Type', cell: (row) => kindOf(row.type).label, by: (row) => kindOf(row.type).label, wide: true },
        { title: 'Resource group', cell: (row) => partsOf(row.id).group, wide: true },
        { title: opened.length > 0 ? 'Last opened' : 'Created', cell: (row) => (row.at === undefined ? '' : ago(row.at)) },
      ]} />
    }}</Answer>
  )
}
