import { Button, Dialog, DialogActions, DialogBody, DialogContent, DialogSurface, DialogTitle, Field, Input } from '@fluentui/react-components'
import { Add20Regular } from '@fluentui/react-icons'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { directoryGroups, graph } from '../arm/graph.ts'
import { Icon } from '../parts/icon.tsx'
import { Go } from '../parts/links.tsx'
import { Page } from '../parts/page.tsx'
import { Records } from '../parts/records.tsx'
import { Answer, Empty, Failed } from '../parts/states.tsx'
import { ago } from '../parts/words.ts'

export function DirectoryGroupsPage() {
  const list = useQuery(directoryGroups)
  const [making, setMaking] = useState(false)
  const create = <Button appearance="primary" icon={<Add20Regular />} onClick={() => setMaking(true)}>New group</Button>
  return (
    <Page title="Groups" icon="users" crumbs={[{ title: 'Home', to: '/' }, { title: 'Directory', to: '/directory/users' }]} commands={create}>
      <Answer query={list}>{(rows) => rows.length === 0
        ? <Empty title="No groups yet" picture={<Icon name="users" size={48} />} action={create}>Give a role to a group, and everybody in it has it.</Empty>
        : <Records label="Groups" keyOf={(row) => row.id} rows={rows} first={0} columns={[
          { title: 'Name', cell: (row) => <span style={{ display: 'inline-flex', gap: 8 }}><Icon name="users" /><Go to="/directory/groups/$id" params={{ id: row.id }}>{row.displayName}</Go></span>, by: (row) => row.displayName },
          { title: 'Description', cell: (row) => row.description ?? '' },
          { title: 'Created', cell: (row) => ago(row.createdDateTime), by: (row) => row.createdDateTime, wide: true },
        ]} />}</Answer>
      {making && <NewGroup close={() => setMaking(false)} />}
    </Page>
  )
}

function NewGroup({ close }: { close: () => void }) {
  const queries = useQueryClient()
  const [name, setName] = useState('')
  const [description, setDescription] = useState('')
  const [error, setError] = useState<unknown>()
  const make = () => void graph('POST', '/groups', { displayName: name.trim(), description: description.trim() || null, mailEnabled: false, securityEnabled: true }).then(async () => { await queries.invalidateQueries({ queryKey: ['graph'] }); close() }, setError)
  return (
    <Dialog open onOpenChange={(_, { open }) => { if (!open) close() }}>
      <DialogSurface><form onSubmit={(event) => { event.preventDefault(); if (name.trim() !== '') make() }}><DialogBody>
        <DialogTitle>New group</DialogTitle>
        <DialogContent><Field label="Name" required><Input value={name} onChange={(_, { value }) => setName(value)} autoFocus autoComplete="off" /></Field><Field label="Description"><Input value={description} onChange={(_, { value }) => setDescription(value)} autoComplete="off" /></Field>{error !== undefined && <Failed error={error} />}</DialogContent>
        <DialogActions><Button onClick={close}>Cancel</Button><Button type="submit" appearance="primary" disabled={name.trim() === ''}>Create</Button></DialogActions>
      </DialogBody></form></DialogSurface>
    </Dialog>
  )
}
