import { Button, Combobox, Option, Text } from '@fluentui/react-components'
import { Delete16Regular, Delete20Regular } from '@fluentui/react-icons'
import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { graph, members, servicePrincipals, users, type DirectoryGroup } from '../arm/graph.ts'
import { Confirm, GoesAndStays } from '../parts/confirm.tsx'
import { Copied, Facts } from '../parts/facts.tsx'
import { Card, Page } from '../parts/page.tsx'
import { Records } from '../parts/records.tsx'
import { Answer, Failed } from '../parts/states.tsx'
import { when } from '../parts/words.ts'

const route = getRouteApi('/directory/groups/$id')
const one = (id: string) => queryOptions({ queryKey: ['graph', 'group', id], queryFn: ({ signal }) => graph<DirectoryGroup>('GET', `/groups/${id}`, undefined, signal) })

export function DirectoryGroupPage() {
  const { id } = route.useParams()
  const query = useQuery(one(id))
  const inside = useQuery(members(id))
  const candidates = [...(useQuery(users).data ?? []).map((each) => ({ id: each.id, name: each.displayName, more: each.userPrincipalName })), ...(useQuery(servicePrincipals).data ?? []).map((each) => ({ id: each.id, name: each.displayName, more: 'application' }))]
  const queries = useQueryClient()
  const navigate = useNavigate()
  const [deleting, setDeleting] = useState(false)
  const [text, setText] = useState('')
  const refresh = () => queries.invalidateQueries({ queryKey: ['graph'] })
  const add = useMutation({ mutationFn: async (member: string) => { await graph('POST', `/groups/${id}/members/$ref`, { '@odata.id': `https://graph.microsoft.com/v1.0/directoryObjects/${member}` }); setText(''); await refresh() } })
  const remove = useMutation({ mutationFn: async (member: string) => { await graph('DELETE', `/groups/${id}/members/${member}/$ref`); await refresh() } })
  const crumbs = [{ title: 'Home', to: '/' }, { title: 'Groups', to: '/directory/groups' }]
  const it = query.data
  if (!it) return <Page title="Group" icon="users" crumbs={crumbs}><Answer query={query}>{() => null}</Answer></Page>
  const free = candidates.filter((each) => !inside.data?.some((member) => member.id === each.id) && `${each.name} ${each.more}`.toLowerCase().includes(text.toLowerCase())).slice(0, 40)
  const error = add.error ?? remove.error
  return (
    <Page title={it.displayName} icon="users" kind="Group" crumbs={crumbs} commands={<Button appearance="subtle" icon={<Delete20Regular />} onClick={() => setDeleting(true)}>Delete</Button>}>
      <Card title="Essentials"><Facts facts={[['Description', it.description ?? '—'], ['Object id', <Copied key="id" text={it.id} what="the object id" />], ['Created', when(it.createdDateTime)]]} /></Card>
      <Card title="Members">
        <Combobox aria-label="Add a member" placeholder="Add a member: search by name" value={text} selectedOptions={[]} onChange={(event) => setText(event.target.value)} onOptionSelect={(_, { optionValue }) => { if (optionValue) add.mutate(optionValue) }}>{free.map((each) => <Option key={each.id} value={each.id} text={each.name}>{`${each.name} (${each.more})`}</Option>)}</Combobox>
        {error && <Failed error={error} />}
        <Answer query={inside}>{(rows) => rows.length === 0 ? <Text>Nobody is in this group yet.</Text> : (
          <Records label="Members" keyOf={(row) => row.id} rows={rows} first={0} columns={[
            { title: 'Name', cell: (row) => row.displayName, by: (row) => row.displayName }, { title: 'Kind', cell: (row) => row.userPrincipalName ?? (row['@odata.type'].endsWith('group') ? 'Group' : 'Application'), wide: true },
            { title: 'Remove', cell: (row) => <Button size="small" appearance="subtle" aria-label={`Remove ${row.displayName}`} icon={<Delete16Regular />} onClick={() => remove.mutate(row.id)} /> },
          ]} />
        )}</Answer>
      </Card>
      {deleting && <Confirm title={`Delete ${it.displayName}?`} verb="Delete" typed={it.displayName} close={() => setDeleting(false)} act={async () => { await graph('DELETE', `/groups/${id}`); await refresh(); void navigate({ to: '/directory/groups' }) }}><GoesAndStays goes={['The group, and what its members may do because of it']} stays={['The accounts of its members']} /></Confirm>}
    </Page>
  )
}
