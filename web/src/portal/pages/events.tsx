import { Button, Dialog, DialogActions, DialogBody, DialogContent, DialogSurface, DialogTitle } from '@fluentui/react-components'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { servicePrincipals } from '../arm/graph.ts'
import { nameOf, partsOf } from '../arm/ids.ts'
import { activity } from '../arm/queries.ts'
import type { Event, Me } from '../arm/types.ts'
import { Copied, Facts } from '../parts/facts.tsx'
import { ResourceLink } from '../parts/links.tsx'
import { Records } from '../parts/records.tsx'
import { Answer, Empty, State } from '../parts/states.tsx'
import { ago, when } from '../parts/words.ts'
import { inWords } from './operation-words.ts'

/** The activity log below a scope: who changed what, and how it ended. */
export function Events({ who, filter, within }: { who: Me; filter: string; within?: string }) {
  const list = useQuery(activity(who, filter))
  const apps = useQuery(servicePrincipals).data
  const called = (caller: string) => apps?.find((each) => each.appId === caller)?.displayName ?? caller
  const [open, setOpen] = useState<Event | null>(null)
  return (
    <>
      <Answer query={list}>{(all) => all.length === 0
        ? <Empty title="Nothing was changed here yet">Every change appears here with who made it: also those that were refused. Reading is not recorded.</Empty>
        : <Records label="Activity log" keyOf={(row) => row.eventDataId} rows={all} columns={[
          { title: 'Operation', cell: (row) => <Button appearance="transparent" style={{ padding: 0, minWidth: 0, textAlign: 'start', fontWeight: 400, justifyContent: 'flex-start' }} onClick={() => setOpen(row)}>{inWords(row.operationName.value)}</Button>, by: (row) => inWords(row.operationName.value) },
          { title: 'Status', cell: (row) => <State value={row.status.value} tone={row.status.value === 'Failed' ? 'bad' : row.status.value === 'Accepted' ? 'busy' : 'good'} />, by: (row) => row.status.value },
          { title: 'Time', cell: (row) => <span title={when(row.eventTimestamp)}>{ago(row.eventTimestamp)}</span>, by: (row) => row.eventTimestamp },
          { title: 'Resource', cell: (row) => (within && row.resourceId.toLowerCase() === within.toLowerCase() ? 'this' : nameOf(row.resourceId)), by: (row) => row.resourceId, wide: true },
          { title: 'Started by', cell: (row) => called(row.caller), by: (row) => called(row.caller), wide: true },
        ]} />}</Answer>
      {open && (
        <Dialog open onOpenChange={(_, data) => { if (!data.open) setOpen(null) }}>
          <DialogSurface><DialogBody>
            <DialogTitle>{inWords(open.operationName.value)}</DialogTitle>
            <DialogContent>
              <Facts facts={[
                ['Status', `${open.status.value} (${open.subStatus.value})`], ['Time', when(open.eventTimestamp)], ['Started by', called(open.caller)], ['Operation', open.operationName.value],
                ['Resource', partsOf(open.resourceId).group ? <ResourceLink id={open.resourceId} /> : open.resourceId], ['Correlation id', <Copied key="c" text={open.correlationId} what="the correlation id" />],
                ...(open.properties?.statusMessage ? [['Message', messageOf(open.properties.statusMessage)] as const] : []),
              ]} />
            </DialogContent>
            <DialogActions><Button onClick={() => setOpen(null)}>Close</Button></DialogActions>
          </DialogBody></DialogSurface>
        </Dialog>
      )}
    </>
  )
}
const messageOf = (text: string): string => {
  try {
    const read: { error?: { message?: string } } = JSON.parse(text)
    return read.error?.message ?? text
  } catch {
    return text
  }
}
