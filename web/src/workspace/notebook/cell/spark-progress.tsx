import { Button, Link, makeStyles, ProgressBar, tokens } from '@fluentui/react-components'
import { ChevronDownRegular, ChevronRightRegular } from '@fluentui/react-icons'
import { useState } from 'react'
import type { SparkJob } from '#web/api/generated/notebook-wire.ts'
import { useLive } from '../notebook-context.ts'

const useStyles = makeStyles({
  all: { display: 'flex', flexDirection: 'column', gap: '6px', fontSize: tokens.fontSizeBase200, color: tokens.colorNeutralForeground2 },
  head: { display: 'flex', alignItems: 'center', gap: '8px', flexWrap: 'wrap' },
  bar: { flex: '1 1 160px', maxWidth: '320px' },
  jobs: { margin: 0, padding: '0 0 0 32px', listStyleType: 'none', display: 'flex', flexDirection: 'column', gap: '4px' },
  stage: { display: 'grid', gridTemplateColumns: 'minmax(0, 2fr) minmax(80px, 1fr) max-content', gap: '8px', alignItems: 'center' },
  name: { overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' },
})
const tasks = (job: SparkJob) => job.stages.reduce((sum, stage) => ({ all: sum.all + stage.tasks, done: sum.done + stage.done }), { all: 0, done: 0 })

/** The Spark jobs of a cell that runs: how many tasks of which stage are done. */
export function SparkProgress({ cellId }: { cellId: string }) {
  const styles = useStyles()
  const [open, setOpen] = useState(false)
  const progress = useLive(`progress:${cellId}`, (live) => live.state.progress.get(cellId))
  const cluster = useLive('attachment', (live) => live.state.attachment.cluster_id)
  if (progress === undefined || progress.jobs.length === 0) return null
  const sums = progress.jobs.map(tasks)
  const [all, done] = [sums.reduce((sum, one) => sum + one.all, 0), sums.reduce((sum, one) => sum + one.done, 0)]
  const words = `${progress.jobs.length} Spark ${progress.jobs.length === 1 ? 'job' : 'jobs'}`
  return (
    <div className={styles.all}>
      <div className={styles.head}>
        <Button size="small" appearance="subtle" icon={open ? <ChevronDownRegular /> : <ChevronRightRegular />} aria-expanded={open} onClick={() => setOpen(!open)}>{words}</Button>
        <ProgressBar className={styles.bar} {...(all > 0 ? { value: done, max: all } : {})} aria-label={`Tasks of ${words}`} />
        <span>{done} of {all} tasks</span>
        {cluster !== null && <Link href={`/sparkui/${cluster}/`} target="_blank" rel="noreferrer">Spark UI</Link>}
      </div>
      {open && (
        <ul className={styles.jobs}>
          {progress.jobs.map((job) => (
            <li key={job.id}>
              <strong>{job.url !== undefined && cluster !== null ? <Link href={linkOf(job.url, cluster)} target="_blank" rel="noreferrer">Job {job.id}</Link> : `Job ${job.id}`}</strong> {job.name} {job.state !== undefined && job.state !== 'running' && `(${job.state})`}
              {job.stages.map((stage) => (
                <div key={stage.id} className={styles.stage}>
                  <span className={styles.name} title={stage.name}>Stage {stage.id}: {stage.name}</span>
                  <ProgressBar value={stage.done} max={Math.max(1, stage.tasks)} aria-label={`Tasks of stage ${stage.id}`} />
                  <span>{stage.done} of {stage.tasks}{(stage.active ?? 0) > 0 && ` (${stage.active} running)`}{stage.failed > 0 && `, ${stage.failed} failed`}</span>
                </div>
              ))}
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}

const linkOf = (url: string, cluster: string) => (url.startsWith('/sparkui/') ? url : `/sparkui/${cluster}/${url.replace(/^\//, '')}`)
