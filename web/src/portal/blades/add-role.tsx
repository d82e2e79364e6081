import { Button, Combobox, Dialog, DialogActions, DialogBody, DialogContent, DialogSurface, DialogTitle, Dropdown, Field, Option, Spinner } from '@fluentui/react-components'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { change, versions } from '../arm/arm.ts'
import { directoryGroups, servicePrincipals, users } from '../arm/graph.ts'
import { roleDefinitions } from '../arm/queries.ts'
import type { Me } from '../arm/types.ts'
import { Failed } from '../parts/states.tsx'

/** Gives a role to a person, a group or an application at one scope. */
export function AddRole({ who, scope, close }: { who: Me; scope: string; close: () => void }) {
  const queries = useQueryClient()
  const roles = useQuery(roleDefinitions(who)).data ?? []
  const [people, sets, apps] = [useQuery(users).data ?? [], useQuery(directoryGroups).data ?? [], useQuery(servicePrincipals).data ?? []]
  const principals = [...people.map((each) => ({ id: each.id, name: `${each.displayName} (${each.userPrincipalName})`, type: 'User' })), ...sets.map((each) => ({ id: each.id, name: `${each.displayName} (group)`, type: 'Group' })), ...apps.map((each) => ({ id: each.id, name: `${each.displayName} (application)`, type: 'ServicePrincipal' }))]
  const [role, setRole] = useState('')
  const [text, setText] = useState('')
  const [chosen, setChosen] = useState('')
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>()
  const definition = roles.find((each) => each.id === role)
  const principal = principals.find((each) => each.id === chosen)
  const shown = principals.filter((each) => chosen !== '' || each.name.toLowerCase().includes(text.toLowerCase())).slice(0, 50)
  const give = () => {
    if (!definition || !principal) return
    setBusy(true)
    change('PUT', `${scope}/providers/Microsoft.Authorization/roleAssignments/${crypto.randomUUID()}`, versions.authorization, { properties: { roleDefinitionId: definition.id, principalId: principal.id, principalType: principal.type } })
      .then(async () => { await queries.invalidateQueries({ queryKey: ['arm'] }); close() }, (failure: unknown) => { setError(failure); setBusy(false) })
  }
  return (
    <Dialog open onOpenChange={(_, { open }) => { if (!open && !busy) close() }}>
      <DialogSurface><DialogBody>
        <DialogTitle>Add role assignment</DialogTitle>
        <DialogContent style={{ display: 'flex', flexDirection: 'column', gap: 12 }}>
          <Field label="Role" required hint={definition?.properties.description ?? null}>
            <Dropdown placeholder="Choose a role" value={definition?.properties.roleName ?? ''} selectedOptions={[role]} onOptionSelect={(_, { optionValue }) => setRole(optionValue ?? '')}>{roles.toSorted((a, b) => a.properties.roleName.localeCompare(b.properties.roleName)).map((each) => <Option key={each.id} value={each.id}>{each.properties.roleName}</Option>)}</Dropdown>
          </Field>
          <Field label="Who" required>
            <Combobox placeholder="Search people, groups and applications" value={principal?.name ?? text} selectedOptions={[chosen]} onChange={(event) => { setChosen(''); setText(event.target.value) }} onOptionSelect={(_, { optionValue }) => setChosen(optionValue ?? '')}>{shown.map((each) => <Option key={each.id} value={each.id} text={each.name}>{each.name}</Option>)}</Combobox>
          </Field>
          {error !== undefined && <Failed error={error} />}
        </DialogContent>
        <DialogActions><Button onClick={close} disabled={busy}>Cancel</Button><Button appearance="primary" disabled={busy || !definition || !principal} icon={busy ? <Spinner size="tiny" /> : null} onClick={give}>Assign</Button></DialogActions>
      </DialogBody></DialogSurface>
    </Dialog>
  )
}
