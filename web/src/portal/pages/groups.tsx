import { Badge, Button, Dialog, DialogActions, DialogBody, DialogContent, DialogSurface, DialogTitle, Field, Input, SearchBox, Spinner } from '@fluentui/react-components'
import { Add20Regular } from '@fluentui/react-icons'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { change, versions } from '../arm/arm.ts'
import { useWhyNot } from '../arm/allowed.ts'
import { groups, resources, subscriptionPath, useMe } from '../arm/queries.ts'
import { groupIdOf, nameOf, sameId } from '../arm/ids.ts'
import type { Me } from '../arm/types.ts'
import { begin } from '../frame/notices.ts'
import { Because } from '../parts/because.tsx'
import { Icon } from '../parts/icon.tsx'
import { ResourceLink } from '../parts/links.tsx'
import { Page } from '../parts/page.tsx'
import { Records } from '../parts/records.tsx'
import { Answer, Empty, Failed, State } from '../parts/states.tsx'
import { groupNameTrouble } from '../create/rules.ts'

export function GroupsPage() {
  const who = useMe()
  return who ? <Groups who={who} /> : null
}

function Groups({ who }: { who: Me }) {
  const list = useQuery(groups(who))
  const inside = useQuery(resources(who)).data
  const [text, setText] = useState('')
  const [making, setMaking] = useState(false)
  const why = useWhyNot(subscriptionPath(who))('Microsoft.Resources/subscriptions/resourceGroups/write')
  const create = <Because why={why} appearance="primary" icon={<Add20Regular />} onClick={() => setMaking(true)}>Create</Because>
  return (
    <Page title="Resource groups" icon="group" crumbs={[{ title: 'Home', to: '/' }]} commands={<>{create}<SearchBox aria-label="Filter by name" placeholder="Filter by name" value={text} onChange={(_, { value }) => setText(value)} /></>}>
      <Answer query={list}>{(all) => {
        const rows = all.filter((each) => each.name.toLowerCase().includes(text.toLowerCase()))
        if (all.length === 0) return <Empty title="No resource groups yet" picture={<Icon name="group" size={48} />} action={create}>A resource group holds what belongs together and goes together.</Empty>
        if (rows.length === 0) return <Empty title={`No resource group is called “${text}”`} action={<Button onClick={() => setText('')}>Show all</Button>} />
        return <Records label="Resource groups" keyOf={(row) => row.id} rows={rows} first={0} columns={[
          { title: 'Name', cell: (row) => <ResourceLink id={row.id} type={row.type} name={row.name} />, by: (row) => row.name },
          { title: 'Resources', cell: (row) => inside?.filter((each) => sameId(groupIdOf(each.id), row.id)).length ?? '', by: (row) => inside?.filter((each) => sameId(groupIdOf(each.id), row.id)).length ?? 0 },
          { title: 'Managed by', cell: (row) => (row.managedBy ? <><ResourceLink id={row.managedBy} name={nameOf(row.managedBy)} picture={false} /> <Badge appearance="tint" size="small">locked</Badge></> : '—'), wide: true },
          { title: 'Status', cell: (row) => <State value={row.properties.provisioningState ?? 'Succeeded'} />, wide: true },
          { title: 'Location', cell: (row) => row.location ?? '', wide: true },
        ]} />
      }}</Answer>
      {making && <NewGroup who={who} taken={list.data?.map((each) => each.name) ?? []} close={() => setMaking(false)} />}
    </Page>
  )
}

function NewGroup({ who, taken, close }: { who: Me; taken: readonly string[]; close: () => void }) {
  const queries = useQueryClient()
  const [name, setName] = useState('')
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>()
  const trouble = groupNameTrouble(name, taken)
  const make = () => {
    if (trouble !== undefined || name === '') return
    setBusy(true)
    const id = `${subscriptionPath(who)}/resourceGroups/${name}`
    begin({ title: `Create resource group ${name}`, done: `${name} is there.`, link: `/resource${id}`, start: () => change('PUT', id, versions.resources, { location: 'local' }) })
      .then(async () => { await queries.invalidateQueries({ queryKey: ['arm'] }); close() }, (failure: unknown) => { setError(failure); setBusy(false) })
  }
  return (
    <Dialog open onOpenChange={(_, { open }) => { if (!open && !busy) close() }}>
      <DialogSurface><form onSubmit={(event) => { event.preventDefault(); make() }}><DialogBody>
        <DialogTitle>Create a resource group</DialogTitle>
        <DialogContent>
          <Field label="Name" required validationState={name !== '' && trouble ? 'error' : 'none'} validationMessage={name === '' ? null : (trouble ?? null)}><Input value={name} onChange={(_, { value }) => setName(value)} autoFocus autoComplete="off" spellCheck={false} /></Field>
          <Field label="Region"><Input value="Local (local)" readOnly /></Field>
          {error !== undefined && <Failed error={error} />}
        </DialogContent>
        <DialogActions><Button onClick={close} disabled={busy}>Cancel</Button><Button type="submit" appearance="primary" disabled={busy || name === '' || trouble !== undefined} icon={busy ? <Spinner size="tiny" /> : null}>Create</Button></DialogActions>
      </DialogBody></form></DialogSurface>
    </Dialog>
  )
}
