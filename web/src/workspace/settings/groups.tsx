import { PeopleRegular } from '@fluentui/react-icons'
import { useState } from 'react'
import { api } from '#web/api/generated/workspace.ts'
import { Button } from '#web/kit/button.tsx'
import { FormDialog } from '#web/kit/confirm-dialog.tsx'
import { TextField } from '#web/kit/fields.tsx'
import { Link, useGo } from '#web/kit/link.tsx'
import { Section } from '#web/kit/page.tsx'
import { Empty, ErrorState } from '#web/kit/states.tsx'
import { Table } from '#web/kit/table.tsx'
import { useGroups, useMembersChanged } from './members.ts'

/** Groups get permissions, so that people need not get them one by one. */
export function Groups() {
  const groups = useGroups()
  const [creating, setCreating] = useState(false)
  return (
    <Section title="Groups" text="What a group may do, all its members may do." actions={<Button appearance="primary" onClick={() => setCreating(true)}>Create group</Button>}>
      {groups.error && <ErrorState error={groups.error} retry={groups.refetch} title="The groups cannot be listed" />}
      <Table
        label="Groups" rows={groups.data ?? (groups.error ? [] : undefined)} rowKey={(group) => group.id} filter={(group) => group.displayName ?? ''} filterLabel="Filter groups" defaultSort={{ column: 'Name' }} empty={<Empty icon={<PeopleRegular />} title="No groups" />}
        columns={[
          { title: 'Name', sort: (group) => group.displayName ?? '', cell: (group) => <Link href={`/settings/groups/${group.id}`}>{group.displayName ?? group.id}</Link> },
          { title: 'Members', sort: (group) => group.members?.length ?? 0, cell: (group) => group.members?.length ?? 0, align: 'end' },
        ]}
      />
      {creating && <CreateGroup taken={(groups.data ?? []).map((group) => group.displayName?.toLowerCase() ?? '')} onClose={() => setCreating(false)} />}
    </Section>
  )
}

function CreateGroup({ taken, onClose }: { taken: readonly string[]; onClose: () => void }) {
  const [displayName, setDisplayName] = useState('')
  const changed = useMembersChanged()
  const go = useGo()
  const wrong = (value: string) => (value.trim() === '' ? 'Give the group a name.' : taken.includes(value.trim().toLowerCase()) ? 'There is such a group already.' : undefined)
  const make = async () => {
    const made = await api.identity.addGroup({ body: { displayName: displayName.trim() } })
    await changed()
    go(`/settings/groups/${made.id}`)
  }
  return (
    <FormDialog title="Create group" submit="Create" submitDisabledBecause={wrong(displayName)} onSubmit={make} onClose={onClose}>
      <TextField label="Name" required autoFocus value={displayName} onChange={setDisplayName} validate={wrong} />
    </FormDialog>
  )
}
