import { Badge, Button, SearchBox, Text } from '@fluentui/react-components'
import { PersonAdd20Regular, ShieldPerson20Regular } from '@fluentui/react-icons'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { users } from '../arm/graph.ts'
import { useMe } from '../arm/queries.ts'
import { Icon } from '../parts/icon.tsx'
import { Go } from '../parts/links.tsx'
import { Page } from '../parts/page.tsx'
import { Records } from '../parts/records.tsx'
import { Answer, Empty, State } from '../parts/states.tsx'
import { ago } from '../parts/words.ts'
import { NewAccount } from './new-account.tsx'

export function UsersPage() {
  const who = useMe()
  const list = useQuery(users)
  const [text, setText] = useState('')
  const [making, setMaking] = useState<'plain' | 'dedicated' | null>(null)
  return (
    <Page title="Users" icon="user" kind={who ? `${who.tenant.name} (${who.tenant.domain})` : ''} crumbs={[{ title: 'Home', to: '/' }, { title: 'Directory', to: '/directory/users' }]} commands={(
      <>
        <Button appearance="primary" icon={<ShieldPerson20Regular />} onClick={() => setMaking('dedicated')}>Create a dedicated account</Button>
        <Button icon={<PersonAdd20Regular />} onClick={() => setMaking('plain')}>New user</Button>
        <SearchBox aria-label="Filter users" placeholder="Filter by name" value={text} onChange={(_, { value }) => setText(value)} />
      </>
    )}>
      <Text>Only accounts of the organisation can sign in; personal accounts are refused by name. For work with services, use a dedicated account with only the rights it needs.</Text>
      <Answer query={list}>{(all) => {
        const rows = all.filter((each) => `${each.displayName} ${each.userPrincipalName}`.toLowerCase().includes(text.toLowerCase()))
        if (rows.length === 0) return <Empty title={`Nobody is called “${text}”`} action={<Button onClick={() => setText('')}>Show all</Button>} />
        return <Records label="Users" keyOf={(row) => row.id} rows={rows} first={0} columns={[
          { title: 'Name', cell: (row) => <span style={{ display: 'inline-flex', gap: 8, alignItems: 'center' }}><Icon name="user" /><Go to="/directory/users/$id" params={{ id: row.id }}>{row.displayName}</Go>{row.id === who?.user.oid && <Badge appearance="tint">you</Badge>}</span>, by: (row) => row.displayName },
          { title: 'User name', cell: (row) => row.userPrincipalName, by: (row) => row.userPrincipalName },
          { title: 'Status', cell: (row) => <State value={row.accountEnabled ? 'Active' : 'Disabled'} tone={row.accountEnabled ? 'good' : 'idle'} />, by: (row) => String(row.accountEnabled), wide: true },
          { title: 'Created', cell: (row) => ago(row.createdDateTime), by: (row) => row.createdDateTime, wide: true },
        ]} />
      }}</Answer>
      {making && who && <NewAccount who={who} dedicated={making === 'dedicated'} close={() => setMaking(null)} />}
    </Page>
  )
}
