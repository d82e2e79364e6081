import { Checkbox } from '@fluentui/react-components'
import { useState } from 'react'
import { api } from '#web/api/generated/workspace.ts'
import { Button } from '#web/kit/button.tsx'
import { ConfirmDialog } from '#web/kit/confirm-dialog.tsx'
import { useGo } from '#web/kit/link.tsx'
import { useNotify } from '#web/kit/notices.tsx'
import { Page, Section } from '#web/kit/page.tsx'
import { Empty, Loaded } from '#web/kit/states.tsx'
import { Table } from '#web/kit/table.tsx'
import { PrincipalPicker, type Principal } from '../access/principal-picker.tsx'
import { useHere } from '../here.ts'
import { entitlementPatch, entitlements, has, useGroup, useMembersChanged, type Group } from './members.ts'

const builtIn = ['admins', 'users', 'account users']

/** One group: who is in it, and what it may do. */
export function GroupPage({ groupId }: { groupId: string }) {
  const query = useGroup(groupId)
  const go = useGo()
  const here = useHere()
  const changed = useMembersChanged()
  const [removing, setRemoving] = useState(false)
  const name = query.data?.displayName ?? 'Group'
  const locked = here && !here.me.admin ? 'Only administrators change groups.' : undefined
  return (
    <Page narrow title={name} breadcrumb={[{ title: 'Settings', href: '/settings' }, { title: 'Groups', href: '/settings/groups' }]} actions={<Button disabledBecause={locked ?? (builtIn.includes(name) ? 'This group belongs to the workspace itself.' : undefined)} onClick={() => setRemoving(true)}>Delete group</Button>}>
      <Loaded query={query} errorTitle="The group cannot be shown">{(group) => <><Members group={group} locked={locked} /><Entitlements group={group} locked={locked} /></>}</Loaded>
      {removing && (
        <ConfirmDialog title={`Delete the group ${name}?`} confirm="Delete" typed={name} onClose={() => setRemoving(false)} onConfirm={async () => { await api.identity.removeGroup({ params: { id: groupId } }); go('/settings/groups'); await changed() }}>
          <p style={{ margin: 0 }}>Permissions that were given to the group go with it. Its members stay members of the workspace.</p>
        </ConfirmDialog>
      )}
    </Page>
  )
}

function Members({ group, locked }: { group: Group; locked: string | undefined }) {
  const changed = useMembersChanged()
  const notify = useNotify()
  const [chosen, setChosen] = useState<Principal>()
  const [busy, setBusy] = useState(false)
  const patch = async (operation: { op: string; path: string; value?: unknown }, failed: string) => {
    setBusy(true)
    try {
      await api.identity.patchGroup({ params: { id: group.id }, body: { Operations: [operation] } })
      await changed()
      return true
    } catch (error) {
      notify.failed(failed, error)
      return false
    } finally {
      setBusy(false)
    }
  }
  const add = async () => {
    if (chosen && await patch({ op: 'add', path: 'members', value: [{ value: chosen.id }] }, 'The member was not added')) setChosen(undefined)
  }
  const members = group.members ?? []
  const exclude = [group.id, ...members.map((member) => member.value)]
  return (
    <Section title="Members">
      <div style={{ display: 'flex', gap: 8, alignItems: 'end', flexWrap: 'wrap' }}>
        <div style={{ flex: '1 1 260px' }}><PrincipalPicker label="Add a user, a service principal or a group" chosen={chosen} onChoose={setChosen} exclude={exclude} /></div>
        <Button appearance="primary" busy={busy} disabledBecause={locked ?? (chosen ? undefined : 'Choose somebody first')} onClick={() => void add()}>Add</Button>
      </div>
      <Table
        label="Members" rows={members} rowKey={(member) => member.value} filter={(member) => member.display ?? ''} filterLabel="Filter members" empty={<Empty title="Nobody is in this group" />}
        columns={[
          { title: 'Name', sort: (member) => member.display ?? '', cell: (member) => member.display ?? member.value },
          { title: 'Kind', wide: true, cell: (member) => (/Groups/.test(member.$ref ?? '') ? 'Group' : /ServicePrincipals/.test(member.$ref ?? '') ? 'Service principal' : 'User') },
          { title: 'Actions', align: 'end', cell: (member) => <Button size="small" disabledBecause={locked} onClick={() => void patch({ op: 'remove', path: `members[value eq "${member.value}"]` }, 'The member was not removed')}>Remove</Button> },
        ]}
      />
    </Section>
  )
}

function Entitlements({ group, locked }: { group: Group; locked: string | undefined }) {
  const changed = useMembersChanged()
  const notify = useNotify()
  const turn = (value: string, on: boolean) =>
    api.identity.patchGroup({ params: { id: group.id }, body: entitlementPatch(value, on) }).then(changed, (error: unknown) => notify.failed('The entitlement was not changed', error))
  return (
    <Section title="Entitlements" text="Rights that do not belong to one object.">
      {entitlements.map(({ value, label }) => <Checkbox key={value} disabled={locked !== undefined} label={`${label} (${value})`} checked={has(group, value)} onChange={(_event, data) => void turn(value, data.checked === true)} />)}
    </Section>
  )
}
