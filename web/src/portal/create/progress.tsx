import { Button, makeStyles, mergeClasses, MessageBar, MessageBarTitle, ProgressBar, Spinner, Text, tokens } from '@fluentui/react-components'
import { CheckmarkCircle24Filled, Circle24Regular, ErrorCircle24Filled, Open24Regular } from '@fluentui/react-icons'
import { queryOptions, useQuery } from '@tanstack/react-query'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { isOver, look, type Progress as Seen } from '../arm/arm.ts'
import { useWhyNot } from '../arm/allowed.ts'
import { nameOf } from '../arm/ids.ts'
import { useMe } from '../arm/queries.ts'
import type { Me } from '../arm/types.ts'
import { addressOf, service } from '../blades/databricks.tsx'
import { Events } from '../pages/events.tsx'
import { Go } from '../parts/links.tsx'
import { Card, Page } from '../parts/page.tsx'
import { Failed } from '../parts/states.tsx'
import { lasting } from '../parts/words.ts'
import { MessageBody } from '../parts/message-body.tsx'

const route = getRouteApi('/create/progress')
const useStyles = makeStyles({
  steps: { listStyleType: 'none', margin: 0, padding: 0, display: 'flex', flexDirection: 'column' },
  step: { display: 'grid', gridTemplateColumns: '28px minmax(0, 1fr) auto', gap: tokens.spacingHorizontalM, alignItems: 'center', minHeight: '40px' },
  later: { color: tokens.colorNeutralForeground3 },
  good: { color: tokens.colorPaletteGreenForeground3 },
  bad: { color: tokens.colorPaletteRedForeground3 },
  time: { color: tokens.colorNeutralForeground2, fontVariantNumeric: 'tabular-nums' },
})
const operation = (follow: string | undefined) => queryOptions<Seen>({ queryKey: ['operation', follow], enabled: follow !== undefined, refetchInterval: (query) => (query.state.data && isOver(query.state.data.status) ? false : 400), queryFn: ({ signal }) => look(follow ?? '', signal) })

export function ProgressPage() {
  const who = useMe()
  const { id, follow } = route.useSearch()
  return who && id ? <Progress who={who} id={id} follow={follow} /> : null
}

function Progress({ who, id, follow }: { who: Me; id: string; follow: string | undefined }) {
  const s = useStyles()
  const navigate = useNavigate()
  const seen = useQuery(operation(follow)).data
  const it = useQuery({ ...service(id), refetchInterval: 1_000 })
  const state = it.data?.properties.provisioningState
  const ended = seen ? isOver(seen.status) : state === 'Succeeded' || state === 'Failed'
  const good = ended && (seen?.status ?? state) === 'Succeeded'
  const failure = seen?.error ?? (state === 'Failed' ? it.data?.properties.provisioningError : undefined)
  const steps = seen?.properties?.steps ?? []
  const doing = seen?.properties?.doing ?? undefined
  const at = good ? steps.length : Math.max(0, steps.indexOf(doing ?? ''))
  const times = useTimes(ended ? undefined : doing)
  const url = it.data ? addressOf(it.data) : undefined
  const managed = it.data?.properties.managedResourceGroupId ?? id
  const why = useWhyNot(managed)
  const undoing = doing !== undefined && !steps.includes(doing)
  const title = good ? 'Your deployment is complete' : failure ? 'Your deployment failed' : 'Deployment is in progress'
  return (
    <Page title={title} icon="databricks" kind={nameOf(id)} crumbs={[{ title: 'Home', to: '/' }]}>
      {it.error && !it.data && <Failed error={it.error} />}
      {failure && <MessageBar intent="error" layout="multiline"><MessageBody><MessageBarTitle>{undoing ? 'It could not be made; what was made is being removed' : 'It could not be made, and what was made has been removed'}</MessageBarTitle>{failure.message}</MessageBody></MessageBar>}
      <Card title="Steps" aside={<Text size={200} className={s.time}>{seen?.startTime ? lasting((seen.endTime ? Date.parse(seen.endTime) : Date.now()) - Date.parse(seen.startTime)) : ''}</Text>}>
        {!ended && <ProgressBar aria-label="Deployment" {...(steps.length > 0 ? { value: at / steps.length } : {})} />}
        <ol className={s.steps} aria-live="polite">
          {steps.map((step, index) => {
            const now = !ended && index === at
            const done = index < at
            return (
              <li key={step} className={mergeClasses(s.step, !done && !now && s.later)} aria-current={now ? 'step' : undefined}>
                {done ? <CheckmarkCircle24Filled className={s.good} aria-label="Done" /> : now ? <Spinner size="tiny" aria-label="Under way" /> : failure && index === at ? <ErrorCircle24Filled className={s.bad} aria-label="Failed" /> : <Circle24Regular aria-label="Later" />}
                <span>{step}</span><Text size={200} className={s.time}>{times[step] === undefined ? '' : (times[step] < 1000 ? '' : lasting(times[step]))}</Text>
              </li>
            )
          })}
          {undoing && !ended && <li className={s.step}><Spinner size="tiny" aria-label="Under way" /><span>{doing}</span></li>}
        </ol>
        {steps.length === 0 && !ended && <Spinner label={`The service is ${state?.toLowerCase() ?? 'being asked for'}`} />}
      </Card>
      <div style={{ display: 'flex', flexWrap: 'wrap', gap: 8 }}>
        {good && <Button appearance="primary" onClick={() => void navigate({ to: '/resource/$', params: { _splat: id.slice(1) } })}>Go to resource</Button>}
        {good && url && <Button as="a" href={url} target="_blank" rel="noreferrer" icon={<Open24Regular />}>Launch Workspace</Button>}
        {!good && <Go to="/resource/$" params={{ _splat: id.slice(1) }}>Go to the service</Go>}
      </div>
      {why('Microsoft.Insights/eventtypes/values/read') === undefined && <Card title="What was changed for it"><Events who={who} filter={`resourceUri eq '${managed}'`} /></Card>}
    </Page>
  )
}

/** How long each step took, as seen from here. */
function useTimes(doing: string | undefined): Readonly<Record<string, number>> {
  const [times, setTimes] = useState<Record<string, number>>({})
  const [now, setNow] = useState<{ step: string; since: number } | null>(null)
  useEffect(() => {
    if (now?.step === doing || (now === null && doing === undefined)) return
    if (now) setTimes((before) => ({ ...before, [now.step]: Date.now() - now.since }))
    setNow(doing === undefined ? null : { step: doing, since: Date.now() })
  }, [doing, now])
  return times
}
