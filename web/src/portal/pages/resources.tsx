import { Button, Dropdown, Option, SearchBox } from '@fluentui/react-components'
import { Add20Regular } from '@fluentui/react-icons'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { kindOf, kinds } from '../arm/kinds.ts'
import { partsOf } from '../arm/ids.ts'
import { groups, resources, useMe } from '../arm/queries.ts'
import type { Me } from '../arm/types.ts'
import { Icon } from '../parts/icon.tsx'
import { Go, ResourceLink } from '../parts/links.tsx'
import { Page } from '../parts/page.tsx'
import { Records } from '../parts/records.tsx'
import { Answer, Empty, State } from '../parts/states.tsx'
import { ago } from '../parts/words.ts'

const route = getRouteApi('/resources')

export function ResourcesPage() {
  const who = useMe()
  return who ? <Resources who={who} /> : null
}

function Resources({ who }: { who: Me }) {
  const { type, group, text = '' } = route.useSearch()
  const navigate = useNavigate()
  const list = useQuery({ ...resources(who), refetchInterval: 5_000 })
  const sets = useQuery(groups(who)).data ?? []
  const filter = (change: { type?: string | undefined; group?: string | undefined; text?: string | undefined }) =>
    void navigate({ to: '/resources', replace: true, search: (before) => Object.fromEntries(Object.entries({ ...before, ...change }).filter(([, value]) => value)) })
  const kind = kinds.find((each) => each.icon === type)
  const databricks = type === 'databricks'
  const commands = (
    <>
      <Button appearance="primary" icon={<Add20Regular />} onClick={() => void navigate({ to: databricks ? '/create/databricks' : '/create' })}>Create</Button>
      <SearchBox aria-label="Filter by name" placeholder="Filter by name" value={text} onChange={(_, { value }) => filter({ text: value })} />
      <Dropdown aria-label="Type" value={kind?.plural ?? 'All types'} selectedOptions={[type ?? '']} onOptionSelect={(_, { optionValue }) => filter({ type: optionValue })}>
        <Option value="">All types</Option>{kinds.filter((each) => each.icon !== 'group' && each.icon !== 'unknown').map((each) => <Option key={each.type} value={each.icon} text={each.plural}>{each.plural}</Option>)}
      </Dropdown>
      <Dropdown aria-label="Resource group" value={group ?? 'All resource groups'} selectedOptions={[group ?? '']} onOptionSelect={(_, { optionValue }) => filter({ group: optionValue })}>
        <Option value="">All resource groups</Option>{sets.map((each) => <Option key={each.id} value={each.name}>{each.name}</Option>)}
      </Dropdown>
    </>
  )
  return (
    <Page title={kind?.plural ?? 'All resources'} icon={kind?.icon ?? 'unknown'} crumbs={[{ title: 'Home', to: '/' }]} commands={commands}>
      <Answer query={list}>{(all) => {
        const rows = all.filter((each) => each.name.toLowerCase().includes(text.toLowerCase()) && (!type || kindOf(each.type).icon === type) && (!group || partsOf(each.id).group.toLowerCase() === group.toLowerCase()))
        const filtered = text !== '' || group !== undefined || (type !== undefined && !databricks)
        if (rows.length === 0) {
          return filtered && all.length > 0
            ? <Empty title="Nothing fits these filters" action={<Button onClick={() => filter({ type: '', group: '', text: '' })}>Show all resources</Button>} />
            : <Empty title={databricks ? 'No Azure Databricks Service yet' : 'No resources yet'} picture={<Icon name="databricks" size={48} />} action={<Go to="/create/databricks">Create an Azure Databricks Service</Go>}>A service brings a workspace, and the network, storage and machines that it runs on.</Empty>
        }
        return <Records label="Resources" keyOf={(row) => row.id} rows={rows} first={0} columns={[
          { title: 'Name', cell: (row) => <ResourceLink id={row.id} type={row.type} name={row.name} />, by: (row) => row.name },
          { title: 'Type', cell: (row) => kindOf(row.type).label, by: (row) => kindOf(row.type).label },
          { title: 'Resource group', cell: (row) => <Go to="/resource/$" params={{ _splat: row.id.slice(1).split('/').slice(0, 4).join('/') }}>{partsOf(row.id).group}</Go>, by: (row) => partsOf(row.id).group, wide: true },
          { title: 'Status', cell: (row) => <State value={row.provisioningState ?? 'Succeeded'} />, by: (row) => row.provisioningState ?? '', wide: true },
          { title: 'Created', cell: (row) => (row.createdTime ? ago(row.createdTime) : ''), by: (row) => row.createdTime ?? '', wide: true },
        ]} />
      }}</Answer>
    </Page>
  )
}
