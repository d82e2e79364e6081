import { BotRegular } from '@fluentui/react-icons'
import { useState } from 'react'
import { api } from '#web/api/generated/workspace.ts'
import { Button } from '#web/kit/button.tsx'
import { ConfirmDialog, FormDialog } from '#web/kit/confirm-dialog.tsx'
import { CopyText } from '#web/kit/copy-text.tsx'
import { TextField } from '#web/kit/fields.tsx'
import { useNotify } from '#web/kit/notices.tsx'
import { Section } from '#web/kit/page.tsx'
import { StateBadge } from '#web/kit/state-badge.tsx'
import { Empty, ErrorState } from '#web/kit/states.tsx'
import { Table } from '#web/kit/table.tsx'
import { useMembersChanged, useRobots, type Robot } from './members.ts'

const wrongId = (value: string) => (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value) ? undefined : 'The application id looks like 00000000-0000-0000-0000-000000000000.')

/** Programs of the directory that are members of this workspace. */
export function ServicePrincipals() {
  const robots = useRobots()
  const changed = useMembersChanged()
  const notify = useNotify()
  const [adding, setAdding] = useState(false)
  const [removing, setRemoving] = useState<Robot>()
  return (
    <Section title="Service principals" text="Programs that sign in with an application of the directory instead of a person." actions={<Button appearance="primary" onClick={() => setAdding(true)}>Add service principal</Button>}>
      {robots.error && <ErrorState error={robots.error} retry={robots.refetch} title="The service principals cannot be listed" />}
      <Table
        label="Service principals" rows={robots.data ?? (robots.error ? [] : undefined)} rowKey={(robot) => robot.id} filter={(robot) => `${robot.displayName} ${robot.applicationId}`} filterLabel="Filter service principals"
        empty={<Empty icon={<BotRegular />} title="No service principals" text="Add the application id of a program that should use this workspace." />}
        columns={[
          { title: 'Name', sort: (robot) => robot.displayName ?? '', cell: (robot) => robot.displayName },
          { title: 'Application id', cell: (robot) => <CopyText text={robot.applicationId ?? ''} /> },
          { title: 'State', cell: (robot) => <StateBadge state={robot.active ? 'ACTIVE' : 'INACTIVE'} />, wide: true },
          { title: 'Actions', align: 'end', cell: (robot) => <Button size="small" onClick={() => setRemoving(robot)}>Remove</Button> },
        ]}
      />
      {adding && <AddRobot onClose={() => setAdding(false)} onAdded={changed} />}
      {removing && (
        <ConfirmDialog title={`Remove ${removing.displayName}?`} confirm="Remove" onClose={() => setRemoving(undefined)} onConfirm={async () => { await api.identity.removeServicePrincipal({ params: { id: removing.id } }); notify.done(`${removing.displayName} is removed`); await changed() }}>
          <p style={{ margin: 0 }}>Its tokens end at once. The application in the directory stays.</p>
        </ConfirmDialog>
      )}
    </Section>
  )
}

function AddRobot({ onAdded, onClose }: { onAdded: () => Promise<void>; onClose: () => void }) {
  const [applicationId, setApplicationId] = useState('')
  const [displayName, setDisplayName] = useState('')
  return (
    <FormDialog title="Add service principal" submit="Add" submitDisabledBecause={wrongId(applicationId.trim())} onClose={onClose} onSubmit={async () => { await api.identity.addServicePrincipal({ body: { applicationId: applicationId.trim(), ...(displayName.trim() === '' ? {} : { displayName: displayName.trim() }) } }); await onAdded() }}>
      <TextField label="Application id" required autoFocus value={applicationId} onChange={setApplicationId} validate={(value) => wrongId(value.trim())} />
      <TextField label="Display name" value={displayName} onChange={setDisplayName} />
    </FormDialog>
  )
}
