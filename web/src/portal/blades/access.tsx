import { Badge, Button, Text } from '@fluentui/react-components'
import { Add20Regular, Delete16Regular } from '@fluentui/react-icons'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { change, versions } from '../arm/arm.ts'
import { useWhyNot } from '../arm/allowed.ts'
import { objects, type DirectoryObject } from '../arm/graph.ts'
import { nameOf, sameId } from '../arm/ids.ts'
import { denyAssignments, roleAssignments, roleDefinitions } from '../arm/queries.ts'
import type { DenyAssignment, Me, RoleAssignment } from '../arm/types.ts'
import { Because } from '../parts/because.tsx'
import { Confirm } from '../parts/confirm.tsx'
import { Icon } from '../parts/icon.tsx'
import { Card } from '../parts/page.tsx'
import { Records } from '../parts/records.tsx'
import { Answer, Empty } from '../parts/states.tsx'
import { AddRole } from './add-role.tsx'

const everyone = '00000000-0000-0000-0000-000000000000'

/** Who may do what here, and what nobody may. */
export function AccessControl({ who, scope }: { who: Me; scope: string }) {
  const queries = useQueryClient()
  const assignments = useQuery(roleAssignments(scope))
  const denials = useQuery(denyAssignments(scope))
  const roles = useQuery(roleDefinitions(who)).data
  const ids = [...new Set([...(assignments.data ?? []).map((each) => each.properties.principalId), ...(denials.data ?? []).flatMap((each) => [...each.properties.principals, ...each.properties.excludePrincipals].map((one) => one.id))])].filter((id) => id !== everyone)
  const known = useQuery(objects(ids)).data
  const why = useWhyNot(scope)
  const [adding, setAdding] = useState(false)
  const [removing, setRemoving] = useState<RoleAssignment | null>(null)
  const nameOfRole = (assignment: RoleAssignment) => roles?.find((each) => sameId(nameOf(each.id), nameOf(assignment.properties.roleDefinitionId)))?.properties.roleName ?? nameOf(assignment.properties.roleDefinitionId)
  const principal = (id: string): DirectoryObject | undefined => known?.find((each) => each.id === id)
  const here = (assignment: RoleAssignment) => sameId(assignment.properties.scope, scope)
  return (
    <>
      <Card title="Role assignments" aside={<Because why={why('Microsoft.Authorization/roleAssignments/write')} icon={<Add20Regular />} onClick={() => setAdding(true)}>Add role assignment</Because>}>
        <Text>A role given at a higher scope holds here too.</Text>
        <Answer query={assignments}>{(rows) => rows.length === 0 ? <Empty title="Nobody has a role here" /> : (
          <Records label="Role assignments" keyOf={(row) => row.id} rows={rows} columns={[
            { title: 'Who', cell: (row) => <Who object={principal(row.properties.principalId)} id={row.properties.principalId} />, by: (row) => principal(row.properties.principalId)?.displayName ?? '' },
            { title: 'Role', cell: (row) => nameOfRole(row), by: nameOfRole },
            { title: 'Scope', cell: (row) => (here(row) ? 'This resource' : `${nameOf(row.properties.scope) === who.subscription.id ? 'Subscription' : nameOf(row.properties.scope)} (inherited)`), by: (row) => row.properties.scope, wide: true },
            { title: 'Remove', cell: (row) => <Because why={here(row) ? why('Microsoft.Authorization/roleAssignments/delete') : 'It is given at a higher scope; remove it there.'} size="small" appearance="subtle" aria-label={`Remove ${nameOfRole(row)} of ${principal(row.properties.principalId)?.displayName ?? row.properties.principalId}`} icon={<Delete16Regular />} onClick={() => setRemoving(row)} /> },
          ]} />
        )}</Answer>
      </Card>
      <Card title="Deny assignments">
        <Answer query={denials}>{(rows) => rows.length === 0 ? <Text>Nothing is denied here beyond what roles leave out.</Text> : rows.map((row) => <Denial key={row.id} denial={row} known={known} />)}</Answer>
      </Card>
      {adding && <AddRole who={who} scope={scope} close={() => setAdding(false)} />}
      {removing && (
        <Confirm title="Remove the role assignment?" verb="Remove" close={() => setRemoving(null)} act={async () => {
          await change('DELETE', removing.id, versions.authorization)
          await queries.invalidateQueries({ queryKey: ['arm'] })
        }}>
          <Text><strong>{principal(removing.properties.principalId)?.displayName ?? removing.properties.principalId}</strong> will no longer be {nameOfRole(removing)} here. It holds at once.</Text>
        </Confirm>
      )}
    </>
  )
}

function Who({ object, id }: { object: DirectoryObject | undefined; id: string }) {
  const kind = object?.['@odata.type'].split('.').at(-1)
  return (
    <span style={{ display: 'inline-flex', gap: 8, alignItems: 'center' }}>
      <Icon name={kind === 'user' ? 'user' : kind === 'group' ? 'users' : 'application'} />
      <span>{object?.displayName ?? id}<br /><Text size={200}>{object?.userPrincipalName ?? (kind === 'group' ? 'Group' : kind ? 'Application' : 'not in the directory any more')}</Text></span>
    </span>
  )
}

/** A deny assignment in words: what it takes away, from whom, and who is left out of it. */
function Denial({ denial: { properties: it }, known }: { denial: DenyAssignment; known: readonly DirectoryObject[] | undefined }) {
  const [open, setOpen] = useState(false)
  const called = (id: string) => (id === everyone ? 'everyone' : (known?.find((each) => each.id === id)?.displayName ?? id))
  const actions = it.permissions.flatMap((each) => each.actions)
  const spared = it.permissions.flatMap((each) => each.notActions)
  return (
    <div style={{ display: 'flex', flexDirection: 'column', gap: 4 }}>
      <div><Badge appearance="tint" color="danger">Deny</Badge> <strong>{it.denyAssignmentName}</strong></div>
      <Text>{it.description} It denies {actions.includes('*') ? 'every action' : actions.join(', ')}{spared.length > 0 && <> except {spared.map((each) => (each === '*/read' ? 'reading' : each)).join(', ')}</>} to {it.principals.map((each) => called(each.id)).join(', ')}{it.excludePrincipals.length > 0 && <>, except {it.excludePrincipals.map((each) => called(each.id)).join(' and ')}</>}. A deny assignment wins over every role, Owner included.</Text>
      <div><Button size="small" appearance="transparent" onClick={() => setOpen(!open)}>{open ? 'Hide the JSON' : 'Show the JSON'}</Button></div>
      {open && <pre style={{ overflow: 'auto', fontSize: 12 }} tabIndex={0}>{JSON.stringify(it, null, 2)}</pre>}
    </div>
  )
}
