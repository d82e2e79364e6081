import { Button, Dialog, DialogActions, DialogBody, DialogContent, DialogSurface, DialogTitle, Dropdown, Field, Input, MessageBar, MessageBarTitle, Option, Spinner, Text } from '@fluentui/react-components'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { change, versions } from '../arm/arm.ts'
import { graph, type User } from '../arm/graph.ts'
import { groups, roleDefinitions, subscriptionPath } from '../arm/queries.ts'
import type { Me } from '../arm/types.ts'
import { Copied } from '../parts/facts.tsx'
import { Failed } from '../parts/states.tsx'
import { freshPassword, nameTrouble } from './accounts.ts'
import { MessageBody } from '../parts/message-body.tsx'

const leastRole = 'Azure Databricks Workspace Contributor'
type Made = { user: User; password: string; granted: string | null; trouble: unknown }

/**
 * A new account. A dedicated one gets the one role that creating and launching services needs, in one resource group
 * or in the subscription, and nothing else. The password is made here and shown once.
 */
export function NewAccount({ who, dedicated, close }: { who: Me; dedicated: boolean; close: () => void }) {
  const queries = useQueryClient()
  const sets = (useQuery(groups(who)).data ?? []).filter((each) => !each.managedBy)
  const role = useQuery(roleDefinitions(who)).data?.find((each) => each.properties.roleName === leastRole)
  const [name, setName] = useState(dedicated ? 'databricks-user' : '')
  const [display, setDisplay] = useState('')
  const [scope, setScope] = useState('')
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>()
  const [made, setMade] = useState<Made | null>(null)
  const trouble = nameTrouble(name, who.tenant.domain)
  const scopes = [{ id: subscriptionPath(who), name: 'The whole subscription' }, ...sets.map((each) => ({ id: each.id, name: `Resource group ${each.name}` }))]
  const at = scopes.find((each) => each.id === scope) ?? scopes[0]

  async function create() {
    setBusy(true)
    setError(undefined)
    const password = freshPassword()
    try {
      const upn = name.includes('@') ? name : `${name}@${who.tenant.domain}`
      const user = await graph<User>('POST', '/users', { userPrincipalName: upn, displayName: display.trim() || upn.split('@')[0], accountEnabled: true, passwordProfile: { password, forceChangePasswordNextSignIn: true } })
      let failure: unknown
      if (dedicated && role && at) {
        await change('PUT', `${at.id}/providers/Microsoft.Authorization/roleAssignments/${crypto.randomUUID()}`, versions.authorization, { properties: { roleDefinitionId: role.id, principalId: user.id, principalType: 'User' } }).catch((thrown: unknown) => { failure = thrown })
      }
      setMade({ user, password, granted: dedicated && failure === undefined && at ? at.name : null, trouble: failure })
      await queries.invalidateQueries()
    } catch (thrown) {
      setError(thrown)
    }
    setBusy(false)
  }
  const title = dedicated ? 'Create a dedicated account' : 'New user'
  return (
    <Dialog open modalType="alert" onOpenChange={(_, { open }) => { if (!open && !busy) close() }}>
      <DialogSurface><form onSubmit={(event) => { event.preventDefault(); if (!made && trouble === undefined && !busy) void create() }}><DialogBody>
        <DialogTitle>{made ? `${made.user.displayName} is there` : title}</DialogTitle>
        <DialogContent style={{ display: 'flex', flexDirection: 'column', gap: 12 }}>
          {made ? <Result made={made} /> : (
            <>
              {dedicated && <Text>An account for working with services. It can create, launch and delete them and see what they run on: no keys, no networks, no machines, no roles.</Text>}
              <Field label="User name" required hint={`@${who.tenant.domain} is added`} validationState={name !== '' && trouble ? 'error' : 'none'} validationMessage={name === '' ? null : (trouble ?? null)}><Input value={name} onChange={(_, { value }) => setName(value.trim())} autoComplete="off" spellCheck={false} autoFocus /></Field>
              <Field label="Display name"><Input value={display} onChange={(_, { value }) => setDisplay(value)} autoComplete="off" /></Field>
              {dedicated && <Field label="Where it may work" hint={`Role: ${leastRole}`}><Dropdown value={at?.name ?? ''} selectedOptions={[at?.id ?? '']} onOptionSelect={(_, { optionValue }) => setScope(optionValue ?? '')}>{scopes.map((each) => <Option key={each.id} value={each.id}>{each.name}</Option>)}</Dropdown></Field>}
              {error !== undefined && <Failed error={error} />}
            </>
          )}
        </DialogContent>
        <DialogActions>{made ? <Button appearance="primary" onClick={close}>Done</Button> : <><Button onClick={close} disabled={busy}>Cancel</Button><Button type="submit" appearance="primary" disabled={busy || trouble !== undefined} icon={busy ? <Spinner size="tiny" /> : null}>Create</Button></>}</DialogActions>
      </DialogBody></form></DialogSurface>
    </Dialog>
  )
}

const Result = ({ made }: { made: Made }) => (
  <>
    <MessageBar intent="success" layout="multiline"><MessageBody><MessageBarTitle>Copy the password now: it is not shown again</MessageBarTitle>It must be changed at the first sign-in.</MessageBody></MessageBar>
    <Field label="User name"><Copied text={made.user.userPrincipalName} what="the user name" /></Field>
    <Field label="Password"><Copied text={made.password} what="the password"><code>{made.password}</code></Copied></Field>
    {made.granted && <Text>It has the role <strong>{leastRole}</strong>: {made.granted.toLowerCase()}.</Text>}
    {made.trouble !== undefined && <Failed error={made.trouble} title="The account was made, but the role could not be given" />}
  </>
)
