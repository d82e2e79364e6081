import { Button, Text } from '@fluentui/react-components'
import { Delete20Regular, Key20Regular, PersonProhibited20Regular, SignOut20Regular } from '@fluentui/react-icons'
import { queryOptions, useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { graph, groupsOf, type User } from '../arm/graph.ts'
import { useMe } from '../arm/queries.ts'
import { Because } from '../parts/because.tsx'
import { Confirm, GoesAndStays } from '../parts/confirm.tsx'
import { Copied, Facts } from '../parts/facts.tsx'
import { Go } from '../parts/links.tsx'
import { Card, Page } from '../parts/page.tsx'
import { Answer, State } from '../parts/states.tsx'
import { when } from '../parts/words.ts'
import { ConsentList } from './consents.tsx'
import { SignInList } from './sign-ins.tsx'
import { Shown } from './shown.tsx'

const route = getRouteApi('/directory/users/$id')
const one = (id: string) => queryOptions({ queryKey: ['graph', 'user', id], queryFn: ({ signal }) => graph<User>('GET', `/users/${id}`, undefined, signal) })
type Asked = 'disable' | 'password' | 'sessions' | 'delete'

export function UserPage() {
  const { id } = route.useParams()
  const who = useMe()
  const query = useQuery(one(id))
  const sets = useQuery(groupsOf(id))
  const queries = useQueryClient()
  const navigate = useNavigate()
  const [asked, setAsked] = useState<Asked | null>(null)
  const [password, setPassword] = useState('')
  const it = query.data
  const me = id === who?.user.oid ? 'You cannot do that to your own account here.' : undefined
  const crumbs = [{ title: 'Home', to: '/' }, { title: 'Users', to: '/directory/users' }]
  const refresh = () => queries.invalidateQueries({ queryKey: ['graph'] })
  if (!it) return <Page title="User" icon="user" crumbs={crumbs}><Answer query={query}>{() => null}</Answer></Page>
  const dialogs = {
    disable: { title: it.accountEnabled ? `Disable ${it.displayName}?` : `Enable ${it.displayName}?`, verb: it.accountEnabled ? 'Disable' : 'Enable', words: it.accountEnabled ? 'They can no longer sign in. Tokens they have are refused from now on. Nothing of theirs is deleted.' : 'They can sign in again, with the roles they had.', act: async () => { await graph('PATCH', `/users/${id}`, { accountEnabled: !it.accountEnabled }) } },
    password: { title: `Reset the password of ${it.displayName}?`, verb: 'Reset', words: 'A new password is made and shown once. They are signed out everywhere.', act: async () => setPassword((await graph<{ newPassword: string }>('POST', `/users/${id}/authentication/methods/28c10230-6103-485e-b985-444c60001490/resetPassword`, {})).newPassword) },
    sessions: { title: `Sign ${it.displayName} out everywhere?`, verb: 'Sign out', words: 'All their browsers and programs must sign in again.', act: async () => { await graph('POST', `/users/${id}/revokeSignInSessions`) } },
  } as const
  return (
    <Page title={it.displayName} icon="user" kind="User" crumbs={crumbs} commands={(
      <>
        <Because why={me} appearance="subtle" icon={<PersonProhibited20Regular />} onClick={() => setAsked('disable')}>{it.accountEnabled ? 'Disable' : 'Enable'}</Because>
        <Button appearance="subtle" icon={<Key20Regular />} onClick={() => setAsked('password')}>Reset password</Button>
        <Button appearance="subtle" icon={<SignOut20Regular />} onClick={() => setAsked('sessions')}>Sign out everywhere</Button>
        <Because why={me} appearance="subtle" icon={<Delete20Regular />} onClick={() => setAsked('delete')}>Delete</Because>
      </>
    )}>
      {password !== '' && <Shown what="The new password" text={password} close={() => setPassword('')} />}
      <Card title="Essentials"><Facts facts={[['User name', <Copied key="upn" text={it.userPrincipalName} what="the user name" />], ['Status', <State key="state" value={it.accountEnabled ? 'Active' : 'Disabled'} tone={it.accountEnabled ? 'good' : 'idle'} />], ['Object id', <Copied key="id" text={it.id} what="the object id" />], ['Created', when(it.createdDateTime)]]} /></Card>
      <Card title="Groups"><Answer query={sets}>{(rows) => rows.length === 0 ? <Text>In no group.</Text> : <ul style={{ margin: 0 }}>{rows.map((each) => <li key={each.id}><Go to="/directory/groups/$id" params={{ id: each.id }}>{each.displayName}</Go></li>)}</ul>}</Answer></Card>
      <Card title="Consents"><ConsentList userId={id} /></Card>
      <Card title="Sign-ins"><SignInList userId={id} /></Card>
      {asked && asked !== 'delete' && <Confirm title={dialogs[asked].title} verb={dialogs[asked].verb} close={() => setAsked(null)} act={async () => { await dialogs[asked].act(); await refresh() }}><Text>{dialogs[asked].words}</Text></Confirm>}
      {asked === 'delete' && (
        <Confirm title={`Delete ${it.displayName}?`} verb="Delete" typed={it.userPrincipalName} close={() => setAsked(null)} act={async () => { await graph('DELETE', `/users/${id}`); await refresh(); void navigate({ to: '/directory/users' }) }}>
          <GoesAndStays goes={['The account, its sessions and its consents', 'Its membership in groups']} stays={['What it made in workspaces and resource groups', 'The record of its sign-ins, for 90 days']} />
        </Confirm>
      )}
    </Page>
  )
}
