import { makeStyles, MessageBar, MessageBarActions, MessageBarBody, Link, tokens } from '@fluentui/react-components'
import { CatchBoundary } from '@tanstack/react-router'
import { lazy, memo, Suspense } from 'react'
import { tableMime, widgetMime, type Truncated } from '#web/api/generated/notebook-wire.ts'
import { ErrorState, Loading } from '#web/kit/states.tsx'
import type { Result, Shown } from '../live/results.ts'
import { ErrorOutput } from './error-output.tsx'
import { HtmlFrame } from './html-frame.tsx'
import { Markdown } from './markdown.tsx'
import { newScreen } from './screen.ts'
import { TextOutput } from './text-output.tsx'

const TableOutput = lazy(async () => ({ default: (await import('../table/table-output.tsx')).TableOutput }))
const useStyles = makeStyles({
  all: { display: 'flex', flexDirection: 'column', gap: '8px', minWidth: 0 },
  image: { maxWidth: '100%', height: 'auto', backgroundColor: '#fff', borderRadius: tokens.borderRadiusMedium, alignSelf: 'flex-start' },
})

/** Everything that a run has shown so far. */
export const Outputs = memo(function Outputs({ cellId, label, result }: { cellId: string; label: string; result: Result }) {
  const styles = useStyles()
  let tables = 0
  return (
    <div className={styles.all}>
      {result.shown.map((one) => (
        // An output that cannot be drawn takes neither its cell nor the page with it.
        <CatchBoundary key={one.key} getResetKey={() => one.key} errorComponent={({ error, reset }) => <ErrorState error={error} title="This output could not be shown" retry={reset} />}>
          <One one={one} cellId={cellId} label={label} table={one.kind === 'display' && tableMime in one.data ? tables++ : 0} />
        </CatchBoundary>
      ))}
      {result.truncated && <Cut truncated={result.truncated} />}
    </div>
  )
})

const One = memo(function One({ one, cellId, label, table }: { one: Shown; cellId: string; label: string; table: number }) {
  switch (one.kind) {
    case 'text': return <TextOutput screen={one.screen} name={one.name} version={one.version} />
    case 'error': return <ErrorOutput name={one.name} value={one.value} traceback={one.traceback} />
    case 'display': return <Display data={one.data} cellId={cellId} label={label} table={table} />
  }
})

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : Array.isArray(value) ? value.join('') : undefined)
const images = ['image/png', 'image/jpeg', 'image/gif', 'image/webp'] as const

/** The richest form that we can show. Source: Jupyter's messaging documentation, display_data. */
function Display({ data, cellId, label, table }: { data: Record<string, unknown>; cellId: string; label: string; table: number }) {
  const styles = useStyles()
  if (widgetMime in data) return null // the bar above the cells shows widgets
  if (tableMime in data) return <Suspense fallback={<Loading lines={4} />}><TableOutput value={data[tableMime]} cellId={cellId} label={label} index={table} /></Suspense>
  const html = text(data['text/html'])
  if (html !== undefined) return <HtmlFrame html={html} label={`HTML output of ${label}`} />
  for (const type of images) {
    const content = text(data[type])
    if (content !== undefined) return <img className={styles.image} alt={text(data['text/plain']) ?? `Image made by ${label}`} src={`data:${type};base64,${content.replace(/\s/g, '')}`} />
  }
  const svg = text(data['image/svg+xml'])
  // As an image it cannot run scripts.
  if (svg !== undefined) return <img className={styles.image} alt={text(data['text/plain']) ?? `Drawing made by ${label}`} src={`data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`} />
  const markdown = text(data['text/markdown'])
  if (markdown !== undefined) return <Markdown source={markdown} />
  if ('application/json' in data) return <Plain text={JSON.stringify(data['application/json'], null, 2)} />
  return <Plain text={text(data['text/plain']) ?? text(data['text/latex']) ?? `This output cannot be shown here (${Object.keys(data).join(', ')}).`} />
}

const Plain = memo(function Plain({ text }: { text: string }) {
  const screen = newScreen()
  screen.write(text)
  return <TextOutput screen={screen} name="stdout" version={0} />
})

function Cut({ truncated }: { truncated: Truncated }) {
  return (
    <MessageBar intent="warning" layout="multiline">
      <MessageBarBody>{truncated.message}</MessageBarBody>
      <MessageBarActions><Link href={truncated.download} download>Download the whole output</Link></MessageBarActions>
    </MessageBar>
  )
}
