import { Button, Text } from '@fluentui/react-components'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { consents, graph, servicePrincipals, users, type Grant } from '../arm/graph.ts'
import { useMe } from '../arm/queries.ts'
import { Confirm } from '../parts/confirm.tsx'
import { Go, Out } from '../parts/links.tsx'
import { Page } from '../parts/page.tsx'
import { Records } from '../parts/records.tsx'
import { Answer, Empty } from '../parts/states.tsx'
import { scopeWords } from './accounts.ts'

export function ConsentsPage() {
  const who = useMe()
  return (
    <Page title="Consents" icon="identity" crumbs={[{ title: 'Home', to: '/' }, { title: 'Directory', to: '/directory/users' }]}>
      <Text>What people allowed applications to do as them. A revoked consent ends at once: tokens that were given are refused from then on, and the application must ask again. {who && <>Your own are also under <Out href={who.links.account} here>My Apps</Out>.</>}</Text>
      <ConsentList />
    </Page>
  )
}

/** Consents, all or of one person or application, with the way to take them back. */
export function ConsentList({ userId, appId }: { userId?: string; appId?: string }) {
  const list = useQuery(consents)
  const people = useQuery(users).data
  const apps = useQuery(servicePrincipals).data
  const queries = useQueryClient()
  const [revoking, setRevoking] = useState<Grant | null>(null)
  const app = (id: string) => apps?.find((each) => each.id === id)
  const person = (grant: Grant) => people?.find((each) => each.id === grant.principalId)
  const named = (grant: Grant) => `${app(grant.clientId)?.displayName ?? 'The application'} for ${person(grant)?.displayName ?? 'the person'}`
  return (
    <Answer query={list}>{(all) => {
      const rows = all.filter((each) => (!userId || each.principalId === userId) && (!appId || app(each.clientId)?.appId === appId))
      if (rows.length === 0) return <Empty title="No consents">An application appears here when somebody accepts what it asks for.</Empty>
      return (
        <>
          <Records label="Consents" keyOf={(row) => row.id} rows={rows} columns={[
            ...(appId ? [] : [{ title: 'Application', cell: (row: Grant) => app(row.clientId)?.displayName ?? row.clientId, by: (row: Grant) => app(row.clientId)?.displayName ?? '' }]),
            ...(userId ? [] : [{ title: 'Person', cell: (row: Grant) => <Go to="/directory/users/$id" params={{ id: row.principalId }}>{person(row)?.displayName ?? row.principalId}</Go>, by: (row: Grant) => person(row)?.displayName ?? '' }]),
            { title: 'May', cell: (row) => <span>{row.scope.split(' ').map((scope) => <div key={scope}>{scopeWords(scope)}</div>)}<Text size={200}>{app(row.resourceId)?.displayName ?? ''}</Text></span> },
            { title: 'Revoke', cell: (row) => <Button size="small" aria-label={`Revoke ${named(row)}`} onClick={() => setRevoking(row)}>Revoke</Button> },
          ]} />
          {revoking && <Confirm title="Revoke the consent?" verb="Revoke" close={() => setRevoking(null)} act={async () => { await graph('DELETE', `/oauth2PermissionGrants/${revoking.id}`); await queries.invalidateQueries({ queryKey: ['graph'] }) }}><Text><strong>{app(revoking.clientId)?.displayName ?? 'The application'}</strong> can no longer act for <strong>{person(revoking)?.displayName ?? 'this person'}</strong>, for anything it was allowed. It will ask again when it is opened.</Text></Confirm>}
        </>
      )
    }}</Answer>
  )
}
