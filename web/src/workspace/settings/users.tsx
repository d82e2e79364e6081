import { Badge, Checkbox } from '@fluentui/react-components'
import { PersonRegular } from '@fluentui/react-icons'
import { useState } from 'react'
import { api } from '#web/api/generated/workspace.ts'
import { Button } from '#web/kit/button.tsx'
import { ConfirmDialog, FormDialog } from '#web/kit/confirm-dialog.tsx'
import { TextField } from '#web/kit/fields.tsx'
import { Link, OutLink } from '#web/kit/link.tsx'
import { useNotify } from '#web/kit/notices.tsx'
import { Section } from '#web/kit/page.tsx'
import { StateBadge } from '#web/kit/state-badge.tsx'
import { Empty, ErrorState } from '#web/kit/states.tsx'
import { Table } from '#web/kit/table.tsx'
import { useHere } from '../here.ts'
import { entitlementPatch, entitlements, has, useMembersChanged, useUsers, type User } from './members.ts'

/** People of the directory who are members of this workspace. */
export function Users() {
  const here = useHere()
  const users = useUsers()
  const changed = useMembersChanged()
  const notify = useNotify()
  const [adding, setAdding] = useState(false)
  const [editing, setEditing] = useState<User>()
  const [removing, setRemoving] = useState<User>()
  return (
    <Section title="Users" text={<>People come from the directory. {here && <OutLink href={here.portal_url}>Accounts are made and ended in the portal</OutLink>}</>} actions={<Button appearance="primary" onClick={() => setAdding(true)}>Add user</Button>}>
      {users.error && <ErrorState error={users.error} retry={users.refetch} title="The users cannot be listed" />}
      <Table
        label="Users" rows={users.data ?? (users.error ? [] : undefined)} rowKey={(user) => user.id} filter={(user) => `${user.displayName} ${user.userName}`} filterLabel="Filter users" defaultSort={{ column: 'Name' }}
        empty={<Empty icon={<PersonRegular />} title="No users" />}
        columns={[
          { title: 'Name', sort: (user) => user.displayName ?? '', cell: (user) => <>{user.displayName}<br /><span style={{ color: 'var(--colorNeutralForeground3)' }}>{user.userName}</span></> },
          { title: 'State', cell: (user) => <StateBadge state={user.active ? 'ACTIVE' : 'INACTIVE'} />, wide: true },
          { title: 'Groups', cell: (user) => <span style={{ display: 'inline-flex', gap: 4, flexWrap: 'wrap' }}>{user.groups?.map((group) => <Link key={group.value} href={`/settings/groups/${group.value}`}>{group.display ?? group.value}</Link>)}</span>, wide: true },
          { title: 'Entitlements', cell: (user) => <span style={{ display: 'inline-flex', gap: 4, flexWrap: 'wrap' }}>{user.entitlements?.map((one) => <Badge key={one.value} appearance="outline">{one.value}</Badge>)}</span>, wide: true },
          { title: 'Actions', align: 'end', cell: (user) => <><Button size="small" onClick={() => setEditing(user)}>Edit</Button> <Button size="small" disabledBecause={user.id === here?.me.id ? 'You cannot remove yourself' : undefined} onClick={() => setRemoving(user)}>Remove</Button></> },
        ]}
      />
      {adding && <AddUser onClose={() => setAdding(false)} onAdded={changed} taken={(users.data ?? []).map((user) => user.userName?.toLowerCase() ?? '')} />}
      {editing && <EditUser user={editing} self={editing.id === here?.me.id} onClose={() => setEditing(undefined)} onDone={changed} />}
      {removing && (
        <ConfirmDialog title={`Remove ${removing.displayName}?`} confirm="Remove" onClose={() => setRemoving(undefined)} onConfirm={async () => { await api.identity.removeUser({ params: { id: removing.id } }); notify.done(`${removing.displayName} is removed`); await changed() }}>
          <p style={{ margin: 0 }}>Tokens and sessions of {removing.userName} end at once, and permissions given to this user go. Notebooks, files and clusters stay. The account in the directory stays.</p>
        </ConfirmDialog>
      )}
    </Section>
  )
}

const wrongUserName = (value: string, taken: readonly string[] = []) =>
  !/^[^@\s]+@[^@\s]+$/.test(value) ? 'A user name looks like name@domain.' : taken.includes(value.toLowerCase()) ? 'This user is a member already.' : undefined

function AddUser({ taken, onAdded, onClose }: { taken: readonly string[]; onAdded: () => Promise<void>; onClose: () => void }) {
  const [userName, setUserName] = useState('')
  const [displayName, setDisplayName] = useState('')
  const notify = useNotify()
  const add = async () => {
    await api.identity.addUser({ body: { userName: userName.trim(), ...(displayName.trim() === '' ? {} : { displayName: displayName.trim() }) } })
    notify.done(`${userName.trim()} is a member now`)
    await onAdded()
  }
  return (
    <FormDialog title="Add user" submit="Add" submitDisabledBecause={wrongUserName(userName.trim(), taken)} onSubmit={add} onClose={onClose}>
      <TextField label="User name" required autoFocus value={userName} onChange={setUserName} validate={(value) => wrongUserName(value.trim(), taken)} placeholder="name@domain" hint="The account must exist in the directory before it can sign in." />
      <TextField label="Display name" value={displayName} onChange={setDisplayName} />
    </FormDialog>
  )
}

function EditUser({ user, self, onDone, onClose }: { user: User; self: boolean; onDone: () => Promise<void>; onClose: () => void }) {
  const own = new Set(entitlements.filter(({ value }) => has(user, value)).map(({ value }) => value))
  const [chosen, setChosen] = useState<ReadonlySet<string>>(own)
  const [active, setActive] = useState(user.active ?? true)
  const save = async () => {
    const changes = entitlements.filter(({ value }) => own.has(value) !== chosen.has(value)).flatMap(({ value }) => entitlementPatch(value, chosen.has(value)).Operations)
    const operations = [...changes, ...(active === (user.active ?? true) ? [] : [{ op: 'replace', path: 'active', value: active }])]
    if (operations.length > 0) await api.identity.patchUser({ params: { id: user.id }, body: { Operations: operations } })
    await onDone()
  }
  return (
    <FormDialog title={`Edit ${user.displayName ?? ''}`} submit="Save" onSubmit={save} onClose={onClose}>
      <Checkbox checked={active} disabled={self} onChange={(_event, data) => setActive(data.checked === true)} label={self ? 'Active (you cannot lock yourself out)' : 'Active: may sign in'} />
      {entitlements.map(({ value, label }) => (
        <Checkbox key={value} label={`${label} (${value})`} checked={chosen.has(value)} onChange={(_event, data) => setChosen(new Set(data.checked === true ? [...chosen, value] : [...chosen].filter((one) => one !== value)))} />
      ))}
    </FormDialog>
  )
}
