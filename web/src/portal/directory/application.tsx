import { Button, Text } from '@fluentui/react-components'
import { Add20Regular, Delete16Regular } from '@fluentui/react-icons'
import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useState } from 'react'
import { graph, servicePrincipals, type Application, type Secret } from '../arm/graph.ts'
import { Confirm } from '../parts/confirm.tsx'
import { Copied, Facts } from '../parts/facts.tsx'
import { Card, Page } from '../parts/page.tsx'
import { Records } from '../parts/records.tsx'
import { Answer, Failed, State } from '../parts/states.tsx'
import { when } from '../parts/words.ts'
import { ConsentList } from './consents.tsx'
import { Shown } from './shown.tsx'
import { SignInList } from './sign-ins.tsx'

const route = getRouteApi('/directory/applications/$id')
const one = (id: string) => queryOptions({ queryKey: ['graph', 'application', id], queryFn: ({ signal }) => graph<Application>('GET', `/applications/${id}`, undefined, signal) })

export function ApplicationPage() {
  const { id } = route.useParams()
  const query = useQuery(one(id))
  const principal = useQuery(servicePrincipals).data?.find((each) => each.appId === query.data?.appId)
  const queries = useQueryClient()
  const [secret, setSecret] = useState('')
  const [removing, setRemoving] = useState<Secret | null>(null)
  const refresh = () => queries.invalidateQueries({ queryKey: ['graph'] })
  const add = useMutation({ mutationFn: async () => { setSecret((await graph<Secret>('POST', `/applications/${id}/addPassword`, { passwordCredential: { displayName: 'Made in the portal' } })).secretText ?? ''); await refresh() } })
  const crumbs = [{ title: 'Home', to: '/' }, { title: 'Applications', to: '/directory/applications' }]
  const it = query.data
  if (!it) return <Page title="Application" icon="application" crumbs={crumbs}><Answer query={query}>{() => null}</Answer></Page>
  const uris = [...it.web.redirectUris, ...it.publicClient.redirectUris]
  return (
    <Page title={it.displayName} icon="application" kind="Application" crumbs={crumbs}>
      {secret !== '' && <Shown what="The new secret" text={secret} close={() => setSecret('')} />}
      <Card title="Essentials"><Facts facts={[
        ['Application (client) id', <Copied key="app" text={it.appId} what="the application id" />], ['Object id', <Copied key="id" text={it.id} what="the object id" />],
        ['Service principal', principal ? <Copied key="sp" text={principal.id} what="the service principal’s id" /> : '—'], ['Status', <State key="state" value={principal?.accountEnabled === false ? 'Disabled' : 'Active'} />],
        ['Redirect URIs', uris.length === 0 ? '—' : <span key="uris">{uris.map((uri) => <div key={uri}>{uri}</div>)}</span>], ['Created', when(it.createdDateTime)],
      ]} /></Card>
      <Card title="Client secrets" aside={<Button icon={<Add20Regular />} disabled={add.isPending || it.isFallbackPublicClient} onClick={() => add.mutate()}>New secret</Button>}>
        {add.error && <Failed error={add.error} />}
        {it.isFallbackPublicClient ? <Text>A public client has no secret: it runs where a secret could not be kept.</Text> : it.passwordCredentials.length === 0 ? <Text>No secrets.</Text> : (
          <Records label="Client secrets" keyOf={(row) => row.keyId} rows={it.passwordCredentials} columns={[
            { title: 'Description', cell: (row) => row.displayName }, { title: 'Begins with', cell: (row) => <code>{row.hint}…</code>, wide: true }, { title: 'Expires', cell: (row) => when(row.endDateTime) },
            { title: 'Delete', cell: (row) => <Button size="small" appearance="subtle" aria-label={`Delete the secret ${row.displayName}`} icon={<Delete16Regular />} onClick={() => setRemoving(row)} /> },
          ]} />
        )}
      </Card>
      <Card title="Consents given to it"><ConsentList appId={it.appId} /></Card>
      <Card title="Sign-ins"><SignInList appId={it.appId} /></Card>
      {removing && <Confirm title={`Delete the secret “${removing.displayName}”?`} verb="Delete" close={() => setRemoving(null)} act={async () => { await graph('POST', `/applications/${id}/removePassword`, { keyId: removing.keyId }); await refresh() }}><Text>Programs that use it can no longer sign in.</Text></Confirm>}
    </Page>
  )
}
