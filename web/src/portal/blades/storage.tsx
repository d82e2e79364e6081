import { Button, MessageBar, MessageBarTitle, Text } from '@fluentui/react-components'
import { Eye20Regular, EyeOff20Regular, LockClosed20Regular } from '@fluentui/react-icons'
import { queryOptions, useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { ApiError } from '#web/api/call.ts'
import { change, list, versions } from '../arm/arm.ts'
import { groupIdOf, sameId } from '../arm/ids.ts'
import { denyAssignments, groups, resource, useMe } from '../arm/queries.ts'
import type { Me, StorageAccount } from '../arm/types.ts'
import { Copied } from '../parts/facts.tsx'
import { ResourceLink } from '../parts/links.tsx'
import { Card } from '../parts/page.tsx'
import { Records } from '../parts/records.tsx'
import { Answer, Empty, Failed } from '../parts/states.tsx'
import { when } from '../parts/words.ts'
import { Essentials } from './essentials.tsx'
import { MessageBody } from '../parts/message-body.tsx'

type Container = { id: string; name: string; properties?: { lastModifiedTime?: string } }
type Key = { keyName: string; value: string; permissions: string }
const containers = (id: string) => queryOptions({ queryKey: ['arm', 'containers', id.toLowerCase()], queryFn: ({ signal }) => list<Container>(`${id}/blobServices/default/containers`, versions.storage, {}, signal) })

/** The service that keeps this account for itself; undefined for an account of one's own. */
function useManager(id: string): string | undefined {
  const who = useMe()
  const sets = useQuery({ ...groups(who ?? { user: { oid: '', upn: '', name: '' }, tenant: { id: '', name: '', domain: '' }, subscription: { id: '', name: '' }, networkRules: '', links: { resourceManager: '', directory: '', storage: '', account: '' } }), enabled: who !== undefined }).data
  return sets?.find((each) => sameId(each.id, groupIdOf(id)))?.managedBy
}

export function StorageOverview({ who, id }: { who: Me; id: string }) {
  const query = useQuery(resource<StorageAccount>(id))
  return (
    <>
      <Lock id={id} />
      <Answer query={query}>{(it) => (
        <Essentials who={who} it={it} more={[
          ['Kind', it.kind ?? ''], ['Replication', it.sku?.name ?? ''], ['Hierarchical namespace', it.properties.isHnsEnabled ? 'Enabled (Data Lake Storage Gen2)' : 'Off'],
          ['Data Lake endpoint', it.properties.primaryEndpoints?.dfs ? <Copied key="dfs" text={it.properties.primaryEndpoints.dfs} what="the Data Lake endpoint" /> : ''],
          ['Blob endpoint', it.properties.primaryEndpoints?.blob ? <Copied key="blob" text={it.properties.primaryEndpoints.blob} what="the blob endpoint" /> : ''],
          ['Created', it.properties.creationTime ? when(it.properties.creationTime) : ''],
        ]} />
      )}</Answer>
    </>
  )
}

/** A workspace's root storage is locked for everybody: said before one tries. */
function Lock({ id }: { id: string }) {
  const manager = useManager(id)
  const locks = useQuery(denyAssignments(id)).data ?? []
  if (!manager || locks.length === 0) return null
  return (
    <MessageBar intent="warning" layout="multiline" icon={<LockClosed20Regular />}>
      <MessageBody>
        <MessageBarTitle>This is the root storage of <ResourceLink id={manager} picture={false} />, and it is locked</MessageBarTitle>
        <div>You can see that it exists. You cannot read what is in it, list its keys or change it, and neither can anybody else, owners included: the deny assignment “{locks[0]?.properties.denyAssignmentName}” says so. Bring data in and out through the workspace, or through a storage account of your own.</div>
      </MessageBody>
    </MessageBar>
  )
}

/** A refusal by the lock, explained; other errors as they are. */
function Refused({ error, id, wanted }: { error: unknown; id: string; wanted: string }) {
  const manager = useManager(id)
  if (!(error instanceof ApiError) || error.code !== 'DenyAssignmentAuthorizationFailed') return <Failed error={error} />
  return (
    <MessageBar intent="warning" layout="multiline" icon={<LockClosed20Regular />} role="alert">
      <MessageBody>
        <MessageBarTitle>{wanted}: locked by its service</MessageBarTitle>
        <div>Your role would allow it; the lock does not. {manager && <>This account belongs to <ResourceLink id={manager} picture={false} />, which alone may use it. </>}Read and write the data in the workspace instead (notebooks, DBFS, Files), or attach a storage account of your own.</div>
        <details style={{ marginTop: 6 }}><summary>What the resource manager said</summary><div style={{ overflowWrap: 'anywhere' }}>{error.message}</div></details>
        {error.requestId && <Text size={200} font="monospace">Request id {error.requestId}</Text>}
      </MessageBody>
    </MessageBar>
  )
}

export function Keys({ id }: { id: string }) {
  const [shown, setShown] = useState(false)
  const ask = useMutation({ mutationFn: async () => (await change<{ keys: Key[] }>('POST', `${id}/listKeys`, versions.storage)).body.keys })
  return (
    <Card title="Access keys">
      <Text>A key opens everything in the account. Asking for it is recorded in the activity log.</Text>
      {!ask.data && <div><Button appearance="primary" onClick={() => ask.mutate()} disabled={ask.isPending}>Show the keys</Button></div>}
      {ask.error && <Refused error={ask.error} id={id} wanted="The keys cannot be listed" />}
      {ask.data && (
        <>
          <div><Button icon={shown ? <EyeOff20Regular /> : <Eye20Regular />} onClick={() => setShown(!shown)}>{shown ? 'Hide' : 'Show'} values</Button></div>
          <Records label="Access keys" keyOf={(row) => row.keyName} rows={ask.data} columns={[
            { title: 'Name', cell: (row) => row.keyName }, { title: 'Value', cell: (row) => <Copied text={row.value} what={row.keyName}>{shown ? row.value : '••••••••••••••••'}</Copied> }, { title: 'Permissions', cell: (row) => row.permissions, wide: true },
          ]} />
        </>
      )}
    </Card>
  )
}

export function Containers({ id }: { id: string }) {
  const query = useQuery(containers(id))
  const manager = useManager(id)
  // As in Azure's portal, what is in a container is read with the account's key.
  const read = useMutation({ mutationFn: async () => (await change('POST', `${id}/listKeys`, versions.storage)).body })
  return (
    <Card title="Containers">
      <Lock id={id} />
      {query.error ? <Refused error={query.error} id={id} wanted="Containers cannot be listed" /> : (
        <Answer query={query}>{(rows) => rows.length === 0
          ? <Empty title="No containers yet">Make one with the API, <code>az storage container create</code>, or from Spark.</Empty>
          : <Records label="Containers" keyOf={(row) => row.name} rows={rows} first={0} columns={[
            { title: 'Name', cell: (row) => row.name, by: (row) => row.name },
            { title: 'Last modified', cell: (row) => (row.properties?.lastModifiedTime ? when(row.properties.lastModifiedTime) : ''), wide: true },
            ...(manager ? [{ title: 'Contents', cell: (row: Container) => <Button size="small" appearance="subtle" aria-label={`Open ${row.name}`} onClick={() => read.mutate()} disabled={read.isPending}>Open</Button> }] : []),
          ]} />}</Answer>
      )}
      {read.error && <Refused error={read.error} id={id} wanted="What is in the container cannot be opened here" />}
    </Card>
  )
}
