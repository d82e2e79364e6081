import { MessageBar, MessageBarTitle, Text } from '@fluentui/react-components'
import { Add20Regular, ArrowClockwise20Regular, Delete20Regular } from '@fluentui/react-icons'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { change, versions } from '../arm/arm.ts'
import { useWhyNot } from '../arm/allowed.ts'
import { kindOf } from '../arm/kinds.ts'
import { denyAssignments, resourcesIn } from '../arm/queries.ts'
import type { Me, Resource } from '../arm/types.ts'
import { begin } from '../frame/notices.ts'
import { Because } from '../parts/because.tsx'
import { Confirm, GoesAndStays } from '../parts/confirm.tsx'
import { Icon } from '../parts/icon.tsx'
import { Go, ResourceLink } from '../parts/links.tsx'
import { Card } from '../parts/page.tsx'
import { Records } from '../parts/records.tsx'
import { Answer, Empty, State } from '../parts/states.tsx'
import { ago } from '../parts/words.ts'
import { Essentials } from './essentials.tsx'
import { MessageBody } from '../parts/message-body.tsx'

export function GroupOverview({ who, it }: { who: Me; it: Resource }) {
  const inside = useQuery(resourcesIn(it.id))
  return (
    <>
      {it.managedBy && <Managed by={it.managedBy} scope={it.id} />}
      <Essentials who={who} it={it} more={it.managedBy ? [['Managed by', <ResourceLink key="by" id={it.managedBy} />]] : []} />
      <Card title="Resources">
        <Answer query={inside}>{(rows) => rows.length === 0
          ? <Empty title="This resource group is empty" picture={<Icon name="group" size={48} />} action={it.managedBy ? undefined : <Go to="/create/databricks" search={{ group: it.name }}>Create an Azure Databricks Service in it</Go>} />
          : <Records label="Resources" keyOf={(row) => row.id} rows={rows} first={0} columns={[
            { title: 'Name', cell: (row) => <ResourceLink id={row.id} type={row.type} name={row.name} />, by: (row) => row.name },
            { title: 'Type', cell: (row) => kindOf(row.type).label, by: (row) => kindOf(row.type).label },
            { title: 'Status', cell: (row) => <State value={row.provisioningState ?? 'Succeeded'} />, wide: true },
            { title: 'Created', cell: (row) => (row.createdTime ? ago(row.createdTime) : ''), by: (row) => row.createdTime ?? '', wide: true },
          ]} />}</Answer>
      </Card>
    </>
  )
}

/** Says in words what the deny assignment of a managed group means. */
export function Managed({ by, scope }: { by: string; scope: string }) {
  const locks = useQuery(denyAssignments(scope)).data ?? []
  return (
    <MessageBar intent="info" layout="multiline">
      <MessageBody>
        <MessageBarTitle>This resource group is managed by <ResourceLink id={by} picture={false} /></MessageBarTitle>
        <div>The service made what is in it, keeps it, and removes it together with itself. You can look at everything{locks.length > 0 && <>; changing it is denied to everyone by the deny assignment <strong>“{locks[0]?.properties.denyAssignmentName}”</strong></>}. Machines appear here while clusters run.</div>
      </MessageBody>
    </MessageBar>
  )
}

export function GroupCommands({ it }: { it: Resource }) {
  const queries = useQueryClient()
  const navigate = useNavigate()
  const [deleting, setDeleting] = useState(false)
  const inside = useQuery(resourcesIn(it.id)).data ?? []
  const why = useWhyNot(it.id)
  const managed = it.managedBy ? 'It goes when the service that manages it is deleted.' : undefined
  const services = inside.filter((each) => kindOf(each.type).icon === 'databricks')
  return (
    <>
      <Because why={managed ?? why('Microsoft.Databricks/workspaces/write')} appearance="subtle" icon={<Add20Regular />} onClick={() => void navigate({ to: '/create/databricks', search: { group: it.name } })}>Create</Because>
      <Because why={managed ?? why('Microsoft.Resources/subscriptions/resourceGroups/delete')} appearance="subtle" icon={<Delete20Regular />} onClick={() => setDeleting(true)}>Delete resource group</Because>
      <Because appearance="subtle" icon={<ArrowClockwise20Regular />} onClick={() => void queries.invalidateQueries({ queryKey: ['arm'] })}>Refresh</Because>
      {deleting && (
        <Confirm title={`Delete ${it.name}?`} verb="Delete" typed={it.name} close={() => setDeleting(false)} act={async () => {
          await begin({ title: `Delete resource group ${it.name}`, done: `${it.name} is gone.`, start: () => change('DELETE', it.id, versions.resources) })
          await queries.invalidateQueries({ queryKey: ['arm'] })
          void navigate({ to: '/groups' })
        }}>
          <GoesAndStays
            goes={[<>The resource group <strong>{it.name}</strong></>, ...inside.map((each) => <>{kindOf(each.type).label} <strong>{each.name}</strong></>), ...(services.length > 0 ? [<Text key="m">The managed resource groups of its services, with their clusters and all data in their root storage</Text>] : [])]}
            stays={['Other resource groups and what is in them', 'Users, groups and applications of the directory', 'The activity log']}
          />
        </Confirm>
      )}
    </>
  )
}
