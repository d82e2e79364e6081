import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components'
import { CheckmarkCircleFilled, CircleRegular } from '@fluentui/react-icons'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api } from '#web/api/generated/workspace.ts'
import { Button } from '#web/kit/button.tsx'
import { useNotify } from '#web/kit/notices.tsx'
import { Page } from '#web/kit/page.tsx'
import { ErrorState } from '#web/kit/states.tsx'
import { stateOf, useClusters } from '../compute/clusters.ts'
import { eventType } from '../compute/words.ts'
import { useHere } from '../here.ts'
import { stepsOf, type Facts, type Step } from './steps.tsx'

const useStyles = makeStyles({
  list: { listStyleType: 'none', margin: 0, padding: 0, display: 'flex', flexDirection: 'column', gap: '12px' },
  step: { display: 'grid', gridTemplateColumns: '32px minmax(0, 1fr)', gap: '0 14px', padding: '18px 20px', backgroundColor: tokens.colorNeutralBackground1, border: `1px solid ${tokens.colorNeutralStroke2}`, borderRadius: tokens.borderRadiusXLarge, boxShadow: tokens.shadow2 },
  now: { border: `1px solid ${tokens.colorBrandStroke1}`, boxShadow: tokens.shadow8 },
  mark: { fontSize: '26px', lineHeight: 0, color: tokens.colorNeutralForeground4, paddingTop: '2px' },
  done: { color: tokens.colorPaletteGreenForeground1 },
  head: { display: 'flex', gap: '12px', alignItems: 'center', justifyContent: 'space-between', flexWrap: 'wrap' },
  title: { margin: 0, fontSize: tokens.fontSizeBase400, lineHeight: tokens.lineHeightBase400, fontWeight: tokens.fontWeightSemibold },
  body: { display: 'flex', flexDirection: 'column', gap: '10px', paddingTop: '6px', color: tokens.colorNeutralForeground2 },
  text: { margin: 0, maxWidth: '76ch' },
  actions: { display: 'flex', gap: '8px 16px', flexWrap: 'wrap', alignItems: 'center' },
  progress: { color: tokens.colorNeutralForeground3, margin: 0 },
})

/** The whole story on one's own machines, step by step; what is done is read from the workspace itself. */
export function TourPage() {
  const styles = useStyles()
  const here = useHere()
  const facts = useFacts(here?.me.user_name)
  const cache = useQueryClient()
  const notify = useNotify()
  const [seen, setSeen] = useState<ReadonlySet<string>>(() => new Set((localStorage.getItem('brickyard-tour-seen') ?? '').split(',').filter(Boolean)))
  const [opened, setOpened] = useState<string>()
  const install = useMutation({
    mutationFn: () => api.tour.install({ body: {} }),
    onSuccess: async ({ path }) => { notify.done('The notebooks and the data are there', path); await cache.invalidateQueries({ predicate: ({ queryKey: [first] }) => first === 'tour' || first === 'files' }) },
  })
  const look = (id: string) => {
    const next = new Set([...seen, id])
    localStorage.setItem('brickyard-tour-seen', [...next].join(','))
    setSeen(next)
  }
  const steps = here ? stepsOf({ here, facts, seen, look, install: { run: () => install.mutate(), busy: install.isPending } }) : []
  const done = steps.filter((step) => step.done).length
  const next = steps.find((step) => !step.done)?.id
  return (
    <Page narrow title="Guided tour" subtitle="From an empty workspace to answers about every flight that left New York in 2013, on machines of your own.">
      <p className={styles.progress} role="status">{steps.length > 0 && `${done} of ${steps.length} steps done`}</p>
      {facts.error !== null && <ErrorState error={facts.error} title="What is done already cannot be told" />}
      {install.error && <ErrorState error={install.error} retry={() => install.mutate()} title="The tour was not installed" />}
      <ol className={styles.list} aria-label="Steps of the tour">
        {steps.map((step, index) => <Shown key={step.id} step={step} number={index + 1} open={(opened ?? next) === step.id} now={next === step.id} onOpen={() => setOpened(step.id)} />)}
      </ol>
    </Page>
  )
}

function Shown({ step, number, open, now, onOpen }: { step: Step; number: number; open: boolean; now: boolean; onOpen: () => void }) {
  const styles = useStyles()
  return (
    <li className={mergeClasses(styles.step, now && styles.now)} {...(now ? { 'aria-current': 'step' as const } : {})}>
      {step.done ? <CheckmarkCircleFilled className={mergeClasses(styles.mark, styles.done)} aria-label="Done" /> : <CircleRegular className={styles.mark} aria-label="Not done yet" />}
      <div>
        <div className={styles.head}>
          <h2 className={styles.title}>{number}. {step.title}</h2>
          {!open && <Button size="small" appearance="subtle" aria-expanded={false} aria-label={`Show step ${number}`} onClick={onOpen}>Show</Button>}
        </div>
        {open && <div className={styles.body}><p className={styles.text}>{step.text}</p><div className={styles.actions}>{step.actions}</div></div>}
      </div>
    </li>
  )
}

/** What of the tour has happened, from the API alone. */
function useFacts(userName: string | undefined): Facts {
  const clusters = useClusters()
  const installed = useQuery({ queryKey: ['tour', 'files', userName], enabled: userName !== undefined, refetchInterval: 5000, queryFn: async ({ signal }) => {
    const home = await api.objects.list({ query: { path: `/Users/${userName}` } }, signal)
    const path = `/Users/${userName}/Tour`
    const found = home.objects?.some((one) => one.path === path) ? await api.objects.list({ query: { path } }, signal) : {}
    const notebooks = (found.objects ?? []).filter((one) => one.object_type === 'NOTEBOOK').toSorted((a, b) => a.path.localeCompare(b.path))
    const runs = await Promise.all(notebooks.map(async (one) => (await api.notebooks.state({ params: { object_id: one.object_id } }, signal)).runs))
    return notebooks.map((one, index) => ({ id: one.object_id, finished: (runs[index] ?? []).filter((run) => run.state === 'finished').length, failed: (runs[index] ?? []).some((run) => run.state === 'error') }))
  } })
  const own = clusters.data?.toSorted((a, b) => b.start_time - a.start_time) ?? []
  const cluster = own.find((one) => stateOf(one) === 'RUNNING') ?? own[0]
  const events = useQuery({ queryKey: ['tour', 'events', cluster?.cluster_id], enabled: cluster !== undefined, refetchInterval: 5000, queryFn: async ({ signal }) => (await api.clusters.events({ body: { cluster_id: cluster?.cluster_id ?? '', limit: 500 } }, signal)).events.map(eventType) })
  return { cluster, events: events.data ?? [], notebooks: installed.data ?? [], error: clusters.error ?? installed.error ?? events.error }
}
