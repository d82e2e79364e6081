import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { api } from '#web/api/generated/workspace.ts'
import { Button } from '#web/kit/button.tsx'
import { SelectField } from '#web/kit/fields.tsx'
import { Section } from '#web/kit/page.tsx'
import { duration, RelativeTime } from '#web/kit/relative-time.tsx'
import { inWords } from '#web/kit/state-badge.tsx'
import { Empty, Loaded } from '#web/kit/states.tsx'
import type { TabProps } from '../cluster-page.tsx'
import { changing, type Event } from '../clusters.ts'
import { eventType } from '../words.ts'

const useStyles = makeStyles({
  list: { listStyleType: 'none', margin: 0, padding: 0, display: 'flex', flexDirection: 'column' },
  event: { display: 'grid', gridTemplateColumns: '24px minmax(0, 1fr) auto', gap: '4px 12px', paddingBottom: '16px', position: 'relative', ':not(:last-child)::before': { content: '""', position: 'absolute', left: '11px', top: '18px', bottom: '0', width: '2px', backgroundColor: tokens.colorNeutralStroke2 } },
  dot: { width: '12px', height: '12px', borderRadius: '50%', margin: '4px 6px', backgroundColor: tokens.colorNeutralForeground4 },
  good: { backgroundColor: tokens.colorPaletteGreenForeground1 },
  bad: { backgroundColor: tokens.colorPaletteRedForeground1 },
  busy: { backgroundColor: tokens.colorBrandBackground },
  what: { fontWeight: tokens.fontWeightSemibold },
  text: { color: tokens.colorNeutralForeground2, overflowWrap: 'anywhere' },
  when: { color: tokens.colorNeutralForeground3, fontSize: tokens.fontSizeBase200, textAlign: 'end', whiteSpace: 'nowrap' },
})
const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null
const text = (value: unknown) => (typeof value === 'string' || typeof value === 'number' ? String(value) : undefined)

/** What the details of an event say, in words. */
export function said({ details }: Event): string {
  const reason = isRecord(details.reason) ? details.reason : undefined
  const parts = [
    text(details.user) && `by ${text(details.user)}`,
    text(details.current_num_workers) !== undefined && text(details.target_num_workers) !== undefined && details.current_num_workers !== details.target_num_workers ? `${text(details.current_num_workers)} → ${text(details.target_num_workers)} workers` : undefined,
    reason && `${text(reason.code) ?? ''}${isRecord(reason.parameters) && Object.keys(reason.parameters).length > 0 ? `: ${Object.values(reason.parameters).map(String).join('; ')}` : ''}`,
    text(details.cause) && `cause: ${inWords(text(details.cause) ?? '')}`,
    text(details.message),
  ]
  return parts.filter(Boolean).join(' · ')
}
const toneOf = (type: string) => (/RUNNING|COMPLETED|READY|FINISHED/.test(type) ? 'good' : /LOST|FAIL|ERROR|UNREACH|EXCEEDED/.test(type) ? 'bad' : /START|CREAT|RESTART|RESIZ|PAUS|RESUM|TERMINATING/.test(type) ? 'busy' : undefined)

/** Everything that happened to the cluster, newest first. */
export function Events({ cluster }: TabProps) {
  const styles = useStyles()
  const [kind, setKind] = useState('')
  const query = useInfiniteQuery({
    queryKey: ['clusters', cluster.cluster_id, 'events'],
    queryFn: ({ pageParam, signal }) => api.clusters.events({ body: { cluster_id: cluster.cluster_id, page_size: 100, ...(pageParam === '' ? {} : { page_token: pageParam }) } }, signal),
    initialPageParam: '',
    getNextPageParam: (last) => last.next_page_token || undefined,
    refetchInterval: changing(cluster) ? 1500 : 10_000,
  })
  const events = query.data?.pages.flatMap((one) => one.events) ?? []
  const kinds = [...new Set(events.map(eventType))].sort()
  const shown = events.filter((event) => kind === '' || eventType(event) === kind)
  return (
    <Section title="Event log" text="Newest first." actions={<SelectField label="Kind" value={kind} onChange={setKind} choices={[{ value: '', label: 'All' }, ...kinds.map((one) => ({ value: one, label: inWords(one) }))]} />}>
      <Loaded query={query} errorTitle="The events cannot be read">
        {() => shown.length === 0 ? <Empty title="Nothing has happened yet" /> : (
          <>
            <ol className={styles.list} aria-label="Events">
              {shown.map((event, index) => {
                const tone = toneOf(eventType(event))
                const before = shown[index + 1]
                return (
                  <li key={`${event.timestamp}-${event.type}-${index}`} className={styles.event}>
                    <span className={mergeClasses(styles.dot, tone && styles[tone])} aria-hidden />
                    <span>
                      <span className={styles.what}>{inWords(eventType(event))}</span>
                      <div className={styles.text}>{said(event)}</div>
                    </span>
                    <span className={styles.when}><RelativeTime at={event.timestamp} /><br />{before && kind === '' ? `+ ${duration(event.timestamp - before.timestamp)}` : new Date(event.timestamp).toLocaleTimeString()}</span>
                  </li>
                )
              })}
            </ol>
            {query.hasNextPage && <div><Button busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>Older events</Button></div>}
          </>
        )}
      </Loaded>
    </Section>
  )
}
