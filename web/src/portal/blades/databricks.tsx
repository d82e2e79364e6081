import { Button, makeStyles, MessageBar, MessageBarTitle, Text, tokens } from '@fluentui/react-components'
import { ArrowClockwise20Regular, Delete20Regular, Open24Regular, Rocket20Regular } from '@fluentui/react-icons'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { change, versions } from '../arm/arm.ts'
import { useWhyNot } from '../arm/allowed.ts'
import { kindOf } from '../arm/kinds.ts'
import { groupIdOf, nameOf } from '../arm/ids.ts'
import { resource, resourcesIn } from '../arm/queries.ts'
import type { Databricks, Me } from '../arm/types.ts'
import { begin } from '../frame/notices.ts'
import { Because } from '../parts/because.tsx'
import { Confirm, GoesAndStays } from '../parts/confirm.tsx'
import { Copied } from '../parts/facts.tsx'
import { Icon } from '../parts/icon.tsx'
import { Go, Out, ResourceLink } from '../parts/links.tsx'
import { Card } from '../parts/page.tsx'
import { Records } from '../parts/records.tsx'
import { Answer, Failed, Loading, State } from '../parts/states.tsx'
import { when } from '../parts/words.ts'
import { Essentials } from './essentials.tsx'
import { MessageBody } from '../parts/message-body.tsx'

const useStyles = makeStyles({ launch: { alignItems: 'center', textAlign: 'center', gap: tokens.spacingVerticalM, paddingBlock: tokens.spacingVerticalXXL }, tier: { textTransform: 'capitalize' } })
export const service = (id: string) => resource<Databricks>(id, 2_000)

/** The workspace's address; real services answer without a scheme. */
export const addressOf = (it: Databricks): string | undefined => (it.properties.workspaceUrl === undefined ? undefined : /^https?:/.test(it.properties.workspaceUrl) ? it.properties.workspaceUrl : `https://${it.properties.workspaceUrl}`)

export function DatabricksOverview({ who, id }: { who: Me; id: string }) {
  const s = useStyles()
  const query = useQuery(service(id))
  if (!query.data) return query.error ? <Failed error={query.error} again={() => void query.refetch()} /> : <Loading />
  const it = query.data
  const { provisioningState: state, managedResourceGroupId: managed, provisioningError: error } = it.properties
  const url = addressOf(it)
  const busy = !['Succeeded', 'Failed'].includes(state)
  return (
    <>
      {error && <MessageBar intent="error" layout="multiline"><MessageBody><MessageBarTitle>The service could not be made</MessageBarTitle><div>{error.message}</div><div>What was made of it has been removed. Create it again with the same name, or delete it.</div></MessageBody></MessageBar>}
      {busy && state !== 'Deleting' && <MessageBar intent="info"><MessageBody>The service is being made. <Go to="/create/progress" search={{ id }}>Watch it step by step</Go></MessageBody></MessageBar>}
      <Essentials who={who} it={it} more={[
        ['Status', <State key="state" value={state === 'Succeeded' ? 'Active' : state} />],
        ['Managed Resource Group', <ResourceLink key="managed" id={managed} name={nameOf(managed)} picture={false} />],
        ['URL', url ? <Copied key="url" text={url} what="the URL"><Out href={url}>{url}</Out></Copied> : 'appears when the service is ready'],
        ['Pricing tier', <span key="tier" className={s.tier}>{it.sku?.name ?? ''}</span>],
        ['Workspace id', it.properties.workspaceId ? <Copied key="id" text={it.properties.workspaceId} what="the workspace id" /> : '—'],
        ['Created', it.properties.createdDateTime ? `${when(it.properties.createdDateTime)}${it.systemData?.createdBy ? ` by ${it.systemData.createdBy}` : ''}` : ''],
      ]} />
      <Card className={s.launch}>
        <Icon name="databricks" size={56} />
        <Launch url={url} state={state} size="large" />
        <Text>Notebooks, clusters and data, signed in with the account you have here.</Text>
      </Card>
      <Card title="What it runs on"><MadeOf group={managed} gone={state === 'Deleting'} /></Card>
    </>
  )
}

/** One click: the directory knows the person already. */
function Launch({ url, state, size }: { url: string | undefined; state: string; size?: 'large' }) {
  const why = url !== undefined ? undefined : state === 'Failed' ? 'The service could not be made; see the message above.' : 'The service is still being made.'
  if (why !== undefined) return <Because why={why} appearance="primary" {...(size ? { size } : {})} icon={<Open24Regular />}>Launch Workspace</Because>
  return <Button as="a" href={url} target="_blank" rel="noreferrer" appearance="primary" {...(size ? { size } : {})} icon={<Open24Regular />}>Launch Workspace</Button>
}

function MadeOf({ group, gone }: { group: string; gone: boolean }) {
  const inside = useQuery({ ...resourcesIn(group), enabled: !gone })
  if (gone) return <Text>The managed resource group is being deleted.</Text>
  return (
    <Answer query={inside} title="The managed resource group is not there yet">{(rows) => rows.length === 0 ? <Text>Nothing that your roles let you see.</Text> : (
      <Records label="Resources of the managed resource group" keyOf={(row) => row.id} rows={rows} first={1} columns={[
        { title: 'Name', cell: (row) => <ResourceLink id={row.id} type={row.type} name={row.name} />, by: (row) => row.name },
        { title: 'Type', cell: (row) => kindOf(row.type).label, by: (row) => kindOf(row.type).label },
        { title: 'Status', cell: (row) => <State value={row.provisioningState ?? 'Succeeded'} />, wide: true },
      ]} />
    )}</Answer>
  )
}

export function DatabricksCommands({ id }: { id: string }) {
  const queries = useQueryClient()
  const navigate = useNavigate()
  const [deleting, setDeleting] = useState(false)
  const it = useQuery(service(id)).data
  const why = useWhyNot(id)
  if (!it) return null
  const state = it.properties.provisioningState
  return (
    <>
      <Launch url={addressOf(it)} state={state} />
      <Because why={state === 'Deleting' ? 'It is being deleted already.' : why('Microsoft.Databricks/workspaces/delete')} appearance="subtle" icon={<Delete20Regular />} onClick={() => setDeleting(true)}>Delete</Because>
      <Because appearance="subtle" icon={<ArrowClockwise20Regular />} onClick={() => void queries.invalidateQueries({ queryKey: ['arm'] })}>Refresh</Because>
      {!['Succeeded', 'Failed', 'Deleting'].includes(state) && <Button appearance="subtle" icon={<Rocket20Regular />} onClick={() => void navigate({ to: '/create/progress', search: { id } })}>Deployment</Button>}
      {deleting && <Delete it={it} close={() => setDeleting(false)} />}
    </>
  )
}

function Delete({ it, close }: { it: Databricks; close: () => void }) {
  const queries = useQueryClient()
  const navigate = useNavigate()
  const managed = it.properties.managedResourceGroupId
  const inside = useQuery(resourcesIn(managed)).data ?? []
  const group = groupIdOf(it.id)
  return (
    <Confirm title={`Delete ${it.name}?`} verb="Delete" typed={it.name} close={close} act={async () => {
      await begin({ title: `Delete Azure Databricks Service ${it.name}`, done: `${it.name} and its managed resource group are gone.`, start: () => change('DELETE', it.id, versions.databricks) })
      await queries.invalidateQueries({ queryKey: ['arm'] })
      void navigate({ to: '/resource/$', params: { _splat: group.slice(1) } })
    }}>
      <GoesAndStays
        goes={[
          <>The workspace <strong>{it.name}</strong>: its notebooks, clusters, tokens and permissions</>,
          <>The managed resource group <strong>{nameOf(managed)}</strong>{inside.length > 0 && <> with {inside.map((each) => `${kindOf(each.type).label.toLowerCase()} ${each.name}`).join(', ')}</>}</>,
          <>All data in its root storage (DBFS, workspace files, managed tables). It cannot be brought back.</>,
        ]}
        stays={[<>The resource group <strong>{nameOf(group)}</strong> and everything else in it</>, 'Storage accounts of your own and the data in them', 'Users, groups and consents of the directory']}
      />
    </Confirm>
  )
}
