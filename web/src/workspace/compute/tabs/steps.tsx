import { makeStyles, mergeClasses, Spinner, tokens } from '@fluentui/react-components'
import { CheckmarkCircleFilled, CircleRegular, DismissCircleFilled } from '@fluentui/react-icons'
import { useQuery } from '@tanstack/react-query'
import { api } from '#web/api/generated/workspace.ts'
import { duration } from '#web/kit/relative-time.tsx'

const useStyles = makeStyles({
  list: { listStyleType: 'none', margin: 0, padding: 0, display: 'flex', flexDirection: 'column', gap: '6px' },
  step: { display: 'grid', gridTemplateColumns: '20px minmax(0, 1fr) auto', gap: '4px 10px', alignItems: 'center' },
  icon: { fontSize: '18px', lineHeight: 0, color: tokens.colorNeutralForeground4 },
  done: { color: tokens.colorPaletteGreenForeground1 },
  failed: { color: tokens.colorPaletteRedForeground1 },
  active: { fontWeight: tokens.fontWeightSemibold },
  time: { color: tokens.colorNeutralForeground3, fontSize: tokens.fontSizeBase200, whiteSpace: 'nowrap', fontVariantNumeric: 'tabular-nums' },
  soft: { color: tokens.colorNeutralForeground3, fontSize: tokens.fontSizeBase200, margin: 0 },
})
const kinds = { start: 'Starting', resume: 'Resuming', resize: 'Resizing', none: 'The last start' } as const

/** What the start of a cluster is doing, step by step, and how long each step took the last time. */
export function Steps({ clusterId }: { clusterId: string }) {
  const styles = useStyles()
  const { data } = useQuery({ queryKey: ['clusters', clusterId, 'progress'], queryFn: ({ signal }) => api.clusterInsight.progress({ params: { cluster_id: clusterId } }, signal), refetchInterval: 1000 })
  if (!data || data.steps.length === 0 || data.kind === 'none') return null
  const whole = [data.seconds === undefined ? undefined : `${duration(data.seconds * 1000)} so far`, data.last_seconds === undefined ? undefined : `${duration(data.last_seconds * 1000)} the last time`].filter(Boolean).join(', ')
  return (
    <>
      <p className={styles.soft}>{kinds[data.kind]}{whole === '' ? '' : `: ${whole}`}.</p>
      <ol className={styles.list} aria-label="Steps">
        {data.steps.map((step) => (
          <li key={step.name} className={styles.step}>
            {step.state === 'active' ? <Spinner size="extra-tiny" aria-label="now" /> : step.state === 'done' ? <CheckmarkCircleFilled className={mergeClasses(styles.icon, styles.done)} aria-label="done" /> : step.state === 'failed' ? <DismissCircleFilled className={mergeClasses(styles.icon, styles.failed)} aria-label="failed" /> : <CircleRegular className={styles.icon} aria-label="waits" />}
            <span className={step.state === 'active' ? styles.active : undefined}>{step.title}{step.of !== undefined && step.state !== 'waiting' ? ` (${step.count ?? 0} of ${step.of})` : ''}</span>
            <span className={styles.time}>{[step.seconds === undefined ? undefined : duration(step.seconds * 1000), step.last_seconds === undefined ? undefined : `last time ${duration(step.last_seconds * 1000)}`].filter(Boolean).join(' · ')}</span>
          </li>
        ))}
      </ol>
    </>
  )
}
