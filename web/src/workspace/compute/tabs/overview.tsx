import { makeStyles, MessageBar, MessageBarBody, MessageBarTitle, ProgressBar, tokens } from '@fluentui/react-components'
import { useQuery } from '@tanstack/react-query'
import { api } from '#web/api/generated/workspace.ts'
import { Link } from '#web/kit/link.tsx'
import { Facts, Section } from '#web/kit/page.tsx'
import { duration, RelativeTime, useNow } from '#web/kit/relative-time.tsx'
import { inWords } from '#web/kit/state-badge.tsx'
import { Loaded } from '#web/kit/states.tsx'
import type { TabProps } from '../cluster-page.tsx'
import { changing, memory, stateOf, workersOf } from '../clusters.ts'
import { endOf, eventType, sentenceOf } from '../words.ts'
import { said } from './events.tsx'
import { Steps } from './steps.tsx'

const useStyles = makeStyles({
  grid: { display: 'grid', gridTemplateColumns: 'repeat(auto-fit, minmax(min(100%, 380px), 1fr))', gap: '20px', alignItems: 'start' },
  state: { fontSize: tokens.fontSizeBase400, margin: 0 },
  pre: { whiteSpace: 'pre-wrap', overflowWrap: 'anywhere', margin: '8px 0 0', fontFamily: tokens.fontFamilyMonospace, fontSize: '12px', maxHeight: '240px', overflowY: 'auto' },
  list: { listStyleType: 'none', margin: 0, padding: 0, display: 'flex', flexDirection: 'column', gap: '10px' },
  event: { display: 'flex', justifyContent: 'space-between', gap: '16px' },
  soft: { color: tokens.colorNeutralForeground3, fontSize: tokens.fontSizeBase200, overflowWrap: 'anywhere' },
  when: { color: tokens.colorNeutralForeground3, fontSize: tokens.fontSizeBase200, whiteSpace: 'nowrap' },
  now: { color: tokens.colorNeutralForeground2, margin: 0 },
})

/** Where the cluster is, in words, and what it does now. */
export function Overview({ cluster }: TabProps) {
  const styles = useStyles()
  const end = endOf(cluster)
  const busy = changing(cluster)
  return (
    <>
      {end?.bad && (
        <MessageBar intent="error" layout="multiline">
          <MessageBarBody><MessageBarTitle>It ended by itself</MessageBarTitle> {end.text}{end.details !== '' && <pre className={styles.pre} tabIndex={0}>{end.details}</pre>}</MessageBarBody>
        </MessageBar>
      )}
      <div className={styles.grid}>
        <Section title="Now">
          <p className={styles.state}>{sentenceOf(cluster)}</p>
          {busy && <><ProgressBar aria-label="It is changing" /><p className={styles.now} role="status">{cluster.state_message}</p></>}
          {end && !end.bad && <p className={styles.now}>{end.text} {cluster.state_message}</p>}
          {busy && <Steps clusterId={cluster.cluster_id} />}
          <Facts facts={[
            ['State', inWords(stateOf(cluster))],
            ['Up', stateOf(cluster) === 'RUNNING' ? <Since key="up" at={cluster.last_restarted_time ?? cluster.start_time} /> : undefined],
            ['Terminated', cluster.terminated_time !== undefined && stateOf(cluster) === 'TERMINATED' ? <RelativeTime key="end" at={cluster.terminated_time} /> : undefined],
            ['Workers', workersOf(cluster)],
            ['In all', cluster.cluster_cores === undefined ? undefined : `${cluster.cluster_cores} cores, ${memory(cluster.cluster_memory_mb ?? 0)}`],
            ['Terminates itself', cluster.autotermination_minutes > 0 ? `after ${cluster.autotermination_minutes} idle minutes` : 'never'],
            ['Created by', cluster.creator_user_name],
          ]} />
        </Section>
        <Section title="Latest events" actions={<Link href={`/compute/${cluster.cluster_id}/events`}>Event log</Link>}><Latest cluster={cluster} /></Section>
      </div>
    </>
  )
}

function Since({ at }: { at: number }) {
  return <>{duration(Math.max(0, useNow() - at))}</>
}

function Latest({ cluster }: TabProps) {
  const styles = useStyles()
  const query = useQuery({
    queryKey: ['clusters', cluster.cluster_id, 'latest'],
    queryFn: ({ signal }) => api.clusters.events({ body: { cluster_id: cluster.cluster_id, page_size: 8 } }, signal),
    refetchInterval: changing(cluster) ? 1500 : 10_000,
  })
  return (
    <Loaded query={query}>
      {({ events }) => (
        <ol className={styles.list} aria-label="Latest events">
          {events.map((event, index) => (
            <li key={`${event.timestamp}-${event.type}-${index}`} className={styles.event}>
              <span>{inWords(eventType(event))}<div className={styles.soft}>{said(event)}</div></span>
              <span className={styles.when}><RelativeTime at={event.timestamp} /></span>
            </li>
          ))}
        </ol>
      )}
    </Loaded>
  )
}
