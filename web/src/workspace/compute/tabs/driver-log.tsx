import { makeStyles, Select, Switch, tokens } from '@fluentui/react-components'
import { useEffect, useLayoutEffect, useRef, useState } from 'react'
import { api } from '#web/api/generated/workspace.ts'
import { Section } from '#web/kit/page.tsx'
import { Empty, ErrorState } from '#web/kit/states.tsx'
import type { TabProps } from '../cluster-page.tsx'

const useStyles = makeStyles({
  log: { margin: 0, padding: '12px', height: '60vh', minHeight: '320px', overflow: 'auto', borderRadius: tokens.borderRadiusMedium, backgroundColor: tokens.colorNeutralBackground3, fontFamily: tokens.fontFamilyMonospace, fontSize: '12px', lineHeight: '18px', whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' },
  soft: { color: tokens.colorNeutralForeground3, fontSize: tokens.fontSizeBase200 },
})
/** What a browser shows without effort; the oldest lines go first. */
const most = 400_000
type Kind = 'console' | 'spark'

/** What machines say, as it comes. */
export function DriverLog({ cluster }: TabProps) {
  const styles = useStyles()
  const [machine, setMachine] = useState('driver')
  const [kind, setKind] = useState<Kind>('console')
  const [follow, setFollow] = useState(true)
  const { text, status, error, retry } = useLog(cluster.cluster_id, machine, kind)
  const shown = useRef<HTMLPreElement>(null)
  useLayoutEffect(() => {
    if (follow && shown.current) shown.current.scrollTop = shown.current.scrollHeight
  }, [text, follow])
  const workers = cluster.executors?.length ?? 0
  return (
    <Section
      title="Driver log" text="Live: new lines appear as the machine writes them."
      actions={
        <>
          <Select aria-label="Machine" value={machine} onChange={(_event, data) => setMachine(data.value)}>
            <option value="driver">Driver</option>
            {Array.from({ length: workers }, (_, index) => <option key={index} value={String(index)}>Worker {index}</option>)}
          </Select>
          <Select aria-label="Kind of log" value={kind} onChange={(_event, data) => setKind(data.value === 'spark' ? 'spark' : 'console')}>
            <option value="console">Console of the machine</option>
            <option value="spark">Spark</option>
          </Select>
          <Switch label="Follow" checked={follow} onChange={(_event, data) => setFollow(data.checked)} />
        </>
      }
    >
      {error !== undefined && <ErrorState error={error} retry={retry} title="The log cannot be read" />}
      {text === '' ? (status !== 'loading' && error === undefined && <Empty title="Nothing has been said" text="The log begins when the machine starts. Start the cluster to see it." />) : (
        <pre className={styles.log} ref={shown} tabIndex={0} aria-label="Log" onWheel={(event) => event.deltaY < 0 && setFollow(false)}>{text}</pre>
      )}
      <span className={styles.soft} role="status">{status === 'ended' ? 'The machine is gone: this was its last word.' : status === 'loading' ? 'Reading the log…' : error === undefined ? 'Live' : ''}</span>
    </Section>
  )
}

/** Asks and waits, over and over, until nobody looks any more. */
function useLog(clusterId: string, machine: string, kind: Kind) {
  const [text, setText] = useState('')
  const [status, setStatus] = useState<'loading' | 'live' | 'ended'>('loading')
  const [error, setError] = useState<unknown>()
  const [attempt, setAttempt] = useState(0)
  useEffect(() => {
    const abort = new AbortController()
    const { signal } = abort
    setText('')
    setError(undefined)
    setStatus('loading')
    const read = async () => {
      let from: string | undefined
      for (;;) {
        const part = await api.clusterInsight.logs({ params: { cluster_id: clusterId }, query: { machine, kind, ...(from === undefined ? {} : { from, wait: 20 }) } }, signal)
        const again = part.reset && from !== undefined
        setText((old) => `${again ? '' : old}${part.text}`.slice(-most))
        setStatus(part.ended ? 'ended' : 'live')
        if (part.ended) return
        from = part.next
      }
    }
    read().catch((problem: unknown) => !signal.aborted && setError(problem))
    return () => abort.abort()
  }, [clusterId, machine, kind, attempt])
  return { text, status, error, retry: () => setAttempt(attempt + 1) }
}
