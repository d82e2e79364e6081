import { makeStyles, mergeClasses, Spinner, tokens } from '@fluentui/react-components'
import { CheckmarkCircleRegular, ClockRegular, ErrorCircleRegular, ProhibitedRegular } from '@fluentui/react-icons'
import { useEffect, useState, type ReactNode } from 'react'
import type { CellRun, RunState } from '#web/api/generated/notebook-wire.ts'
import { duration, RelativeTime, useNow } from '#web/kit/relative-time.tsx'
import { wordsOf } from '../bar/cluster-picker.tsx'
import type { Cell } from '../document/cells.ts'
import { useLive } from '../notebook-context.ts'

const useStyles = makeStyles({
  line: { display: 'flex', flexWrap: 'wrap', gap: '4px 8px', alignItems: 'center', fontSize: tokens.fontSizeBase200, color: tokens.colorNeutralForeground3, minHeight: '20px' },
  icon: { fontSize: '16px', lineHeight: 0 },
  good: { color: tokens.colorPaletteGreenForeground1 },
  bad: { color: tokens.colorPaletteRedForeground1 },
})
const icons: Partial<Record<RunState, ReactNode>> = { finished: <CheckmarkCircleRegular />, error: <ErrorCircleRegular />, cancelled: <ProhibitedRegular />, queued: <ClockRegular /> }
const iconOf = ({ state }: CellRun): ReactNode => icons[state]

/** What became of the last run: state, how long, when, by whom. */
export function Status({ run, cell }: { run: CellRun; cell: Cell }) {
  const styles = useStyles()
  const edited = useEdited(cell, run)
  const took = run.started_at !== undefined && run.finished_at !== undefined ? run.finished_at - run.started_at : undefined
  const goes = run.state === 'running' || run.state === 'cancelling'
  return (
    <div className={styles.line}>
      {goes ? <Spinner size="extra-tiny" aria-hidden /> : <span className={mergeClasses(styles.icon, run.state === 'finished' && styles.good, run.state === 'error' && styles.bad)} aria-hidden>{iconOf(run)}</span>}
      {goes ? <Running run={run} /> : run.state === 'queued' ? <Queued /> : (
        <span>{run.state === 'finished' ? 'Finished' : run.state === 'error' ? 'Failed' : 'Cancelled'}{took !== undefined && ` after ${precise(took)}`}</span>
      )}
      {run.finished_at !== undefined && <span><RelativeTime at={run.finished_at} /> by {run.user_name}</span>}
      {run.message !== undefined && <span className={run.state === 'error' ? styles.bad : undefined}>{run.message}</span>}
      {edited && !goes && run.state !== 'queued' && <span>· edited since</span>}
    </div>
  )
}

function Queued() {
  const attachment = useLive('attachment', (live) => live.state.attachment)
  const { text, tone } = wordsOf(attachment)
  return <span>Queued{(tone === 'busy' || attachment.cluster_state !== 'RUNNING') && ` · ${attachment.cluster_name ?? 'cluster'}: ${text.toLowerCase()}`}</span>
}
function Running({ run }: { run: CellRun }) {
  const now = useNow()
  return <span>{run.state === 'cancelling' ? 'Being cancelled' : 'Running'}{run.started_at !== undefined && ` for ${duration(Math.max(0, now - run.started_at))}`} · {run.user_name}</span>
}
const precise = (ms: number): string => (ms < 1000 ? `${Math.max(1, Math.round(ms))} ms` : duration(ms))

/** Whether the text is another than what was run. */
function useEdited(cell: Cell, run: CellRun): boolean {
  const [edited, setEdited] = useState(false)
  const hash = run.source_hash
  useEffect(() => {
    let [gone, timer]: [boolean, ReturnType<typeof setTimeout> | undefined] = [false, undefined]
    const look = () => {
      clearTimeout(timer)
      timer = setTimeout(() => void sha256(cell.text.toJSON()).then((now) => !gone && setEdited(now !== hash)), 300)
    }
    look()
    cell.text.observe(look)
    return () => {
      gone = true
      clearTimeout(timer)
      cell.text.unobserve(look)
    }
  }, [cell, hash])
  return edited
}
async function sha256(text: string): Promise<string> {
  const bytes = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
