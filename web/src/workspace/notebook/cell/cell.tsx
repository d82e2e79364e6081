import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components'
import { ChevronDownRegular, ChevronRightRegular, PlayFilled, StopFilled } from '@fluentui/react-icons'
import { lazy, memo, Suspense, useEffect, useRef, useState } from 'react'
import type { CellRun } from '#web/api/generated/notebook-wire.ts'
import { Button, IconButton } from '#web/kit/button.tsx'
import { titleOf, type Cell } from '../document/cells.ts'
import { bodyOf, languageOf, languageTitles } from '../document/magic.ts'
import { languageOfNotebook } from '../live/live.ts'
import { goesOn } from '../live/state.ts'
import { useLive, useNotebook, useView, useWhyNot } from '../notebook-context.ts'
import { Markdown } from '../output/markdown.tsx'
import { Outputs } from '../output/outputs.tsx'
import { peopleColours } from '../people-colours.ts'
import { CellHead } from './cell-head.tsx'
import { useNear } from './near.ts'
import { SparkProgress } from './spark-progress.tsx'
import { Status } from './status.tsx'

export const loadEditor = () => import('../editor/cell-editor.tsx')
const Editor = lazy(async () => ({ default: (await loadEditor()).CellEditor }))

const useStyles = makeStyles({
  cell: { display: 'grid', gridTemplateColumns: '44px minmax(0, 1fr)', position: 'relative', backgroundColor: tokens.colorNeutralBackground1, border: `1px solid ${tokens.colorNeutralStroke2}`, borderRadius: tokens.borderRadiusLarge, outlineStyle: 'none', scrollMargin: '80px', '@media (max-width: 640px)': { gridTemplateColumns: '36px minmax(0, 1fr)' } },
  chosen: { border: `1px solid ${tokens.colorBrandStroke1}`, boxShadow: `inset 3px 0 0 ${tokens.colorBrandStroke1}` },
  editing: { boxShadow: `inset 3px 0 0 ${tokens.colorPaletteGreenBorderActive}`, border: `1px solid ${tokens.colorPaletteGreenBorderActive}` },
  gutter: { display: 'flex', flexDirection: 'column', alignItems: 'center', gap: '2px', padding: '3px 0 3px 6px' },
  count: { fontFamily: tokens.fontFamilyMonospace, fontSize: '11px', color: tokens.colorNeutralForeground3 },
  body: { minWidth: 0, display: 'flex', flexDirection: 'column' },
  source: { margin: 0, padding: '8px 12px', fontFamily: tokens.fontFamilyMonospace, fontSize: '13px', lineHeight: '20px', whiteSpace: 'pre-wrap', overflowWrap: 'anywhere', minHeight: '36px', boxSizing: 'border-box' },
  markdown: { padding: '2px 14px 12px 12px', cursor: 'text', minHeight: '24px' },
  hint: { color: tokens.colorNeutralForeground3 },
  output: { padding: '6px 12px 8px', display: 'flex', flexDirection: 'column', gap: '8px', minWidth: 0, borderTop: `1px solid ${tokens.colorNeutralStroke3}` },
  others: { position: 'absolute', top: '-1px', right: '12px', transform: 'translateY(-50%)', display: 'flex', gap: '4px', zIndex: 1 },
  other: { color: '#fff', fontSize: '11px', lineHeight: '16px', padding: '0 6px', borderRadius: '8px' },
})

/** One cell: its text, what it shows, how its last run went. */
export const CellView = memo(function CellView({ cell, index, count }: { cell: Cell; index: number; count: number }) {
  const styles = useStyles()
  const { live, view, commands } = useNotebook()
  const { id } = cell
  const place = useRef<HTMLElement>(null)
  const near = useNear(place)
  const language = useLanguage(cell)
  const title = useLive(`map:${id}`, () => titleOf(cell))
  const chosen = useView('selected', () => view.selected() === id)
  const editing = useView('selected', () => view.selected() === id && view.mode() === 'edit')
  const focused = useView(`focus:${id}`, () => view.focusCount(id))
  const source = useView(`source:${id}`, () => view.showsSource(id))
  const [titling, setTitling] = useState(false)
  const noEdit = useWhyNot('edit')
  const drawn = language === 'markdown' && !(source || editing)
  const name = `Cell ${index + 1}`

  useEffect(() => {
    if (focused === 0 || view.selected() !== id) return
    if (view.mode() === 'command') place.current?.focus({ preventScroll: true })
    place.current?.scrollIntoView({ block: 'nearest' })
  }, [focused, id, view])
  useEffect(() => {
    if (chosen) live.awareness.setLocalStateField('cell', id)
  }, [chosen, id, live])

  return (
    <section
      ref={place} className={mergeClasses(styles.cell, chosen && styles.chosen, editing && styles.editing)} aria-label={`${name}${title === '' ? '' : `, ${title}`}, ${languageTitles[language]}`} tabIndex={chosen ? 0 : -1}
      data-cell={id} onFocus={({ target, currentTarget }) => { if (target === currentTarget && (view.selected() !== id || view.mode() !== 'command')) view.select(id, 'command', false) }}
      onMouseDown={({ target }) => { if (view.selected() !== id && !(target instanceof Element && target.closest('.cm-editor'))) view.select(id, 'command', false) }}
    >
      <Others cellId={id} />
      <div className={styles.gutter}>
        {(near || chosen) && <RunButton id={id} index={index} text={language === 'markdown'} className={styles.count} />}
      </div>
      <div className={styles.body}>
        <CellHead cell={cell} index={index} language={language} count={count} titling={titling} onTitled={setTitling} near={near || chosen} />
        {drawn
          ? <Drawn cell={cell} className={styles.markdown} hint={styles.hint} onEdit={noEdit === undefined ? () => commands.edit(id) : undefined} />
          : near || editing
            ? <Suspense fallback={<Source cell={cell} className={styles.source} />}><Editor cell={cell} label={`Source of cell ${index + 1}`} readOnly={noEdit !== undefined} /></Suspense>
            : <Source cell={cell} className={styles.source} />}
        <Output cell={cell} name={name} near={near} styles={styles} />
      </div>
    </section>
  )
})

/** Changes with every step of a run, and alone. */
const RunButton = memo(function RunButton({ id, index, text, className }: { id: string; index: number; text: boolean; className: string }) {
  const { commands } = useNotebook()
  const runs = useLive(`run:${id}`, (live) => stateOf(live.state.runs.get(id)))
  const count = useLive(`run:${id}`, (live) => live.state.runs.get(id)?.execution_count)
  const noRun = useWhyNot('run')
  return (
    <>
      {runs === 'no'
        ? <IconButton size="small" label={`Run cell ${index + 1}`} icon={<PlayFilled />} disabledBecause={text ? undefined : noRun} onClick={() => commands.runStay(id)} />
        : <IconButton size="small" label={`Cancel cell ${index + 1}`} icon={<StopFilled />} disabledBecause={noRun ?? (runs === 'ends' ? 'It is being cancelled' : undefined)} onClick={() => commands.cancel(id)} />}
      {count !== undefined && <span className={className} title={`Run number ${count}`}>[{count}]</span>}
    </>
  )
})
const stateOf = (run: CellRun | undefined): 'no' | 'runs' | 'ends' => (run === undefined || !goesOn(run) ? 'no' : run.state === 'cancelling' ? 'ends' : 'runs')

function useLanguage(cell: Cell) {
  const { live } = useNotebook()
  const notebook = useLive('language', languageOfNotebook)
  const [language, setLanguage] = useState(() => languageOf(cell.text.toJSON(), languageOfNotebook(live)))
  useEffect(() => {
    const look = () => setLanguage(languageOf(cell.text.toJSON(), notebook))
    look()
    cell.text.observe(look)
    return () => cell.text.unobserve(look)
  }, [cell, notebook])
  return language
}
function useText(cell: Cell): string {
  const [text, setText] = useState(() => cell.text.toJSON())
  useEffect(() => {
    const look = () => setText(cell.text.toJSON())
    look()
    cell.text.observe(look)
    return () => cell.text.unobserve(look)
  }, [cell])
  return text
}

/** Its text without an editor: as long as it is out of sight. */
function Source({ cell, className }: { cell: Cell; className: string }) {
  const { commands } = useNotebook()
  return <pre className={className} onMouseDown={() => void loadEditor()} onClick={() => commands.edit(cell.id)}>{useText(cell)}{'\n'}</pre>
}

function Drawn({ cell, className, hint, onEdit }: { cell: Cell; className: string; hint: string; onEdit: (() => void) | undefined }) {
  const body = bodyOf(useText(cell))
  return (
    <div className={className} onDoubleClick={onEdit}>
      {body.trim() === '' ? <span className={hint}>Empty Markdown. {onEdit ? 'Double-click or press Enter to write.' : ''}</span> : <Markdown source={body} />}
    </div>
  )
}

/** What it shows, and the state of its run. */
function Output({ cell, name, near, styles }: { cell: Cell; name: string; near: boolean; styles: ReturnType<typeof useStyles> }) {
  const { id } = cell
  const { commands } = useNotebook()
  const run = useLive(`run:${id}`, (live) => live.state.runs.get(id))
  const result = useLive(`result:${id}`, (live) => live.state.results.get(id))
  const folded = useView(`folded:${id}`, (view) => view.folded(id))
  const area = useRef<HTMLDivElement>(null)
  // Once drawn it stays: frames and scrolled tables would begin anew.
  const [seen, setSeen] = useState(false)
  useEffect(() => {
    if (near) setSeen(true)
  }, [near])
  // A new run begins empty; the page must not jump meanwhile.
  const [held, setHeld] = useState(0)
  const runId = result?.run_id
  useEffect(() => {
    const height = area.current?.offsetHeight ?? 0
    if (runId === undefined || height < 40) return
    setHeld(Math.min(height, 700))
    const timer = setTimeout(() => setHeld(0), 400)
    return () => clearTimeout(timer)
  }, [runId])
  if (run === undefined && result === undefined) return null
  const shows = result !== undefined && (result.shown.length > 0 || result.truncated !== undefined)
  return (
    <div className={styles.output} ref={area} style={held > 0 ? { minHeight: held } : undefined} role="group" aria-label={`Output of ${name.toLowerCase()}`}>
      {shows && folded && <div><Button size="small" appearance="subtle" icon={<ChevronRightRegular />} onClick={() => commands.foldOutput(id)}>Show the output</Button></div>}
      {shows && !folded && (seen || near ? <Outputs cellId={id} label={name} result={result} /> : <div style={{ minHeight: 24 * Math.min(10, result.shown.length) }} />)}
      {run !== undefined && goesOn(run) && <SparkProgress cellId={id} />}
      {run !== undefined && <Status run={run} cell={cell} />}
      {shows && !folded && result.shown.length > 20 && <div><Button size="small" appearance="subtle" icon={<ChevronDownRegular />} onClick={() => commands.foldOutput(id)}>Fold the output</Button></div>}
    </div>
  )
}

/** Who else is in this cell. */
function Others({ cellId }: { cellId: string }) {
  const styles = useStyles()
  const people = useLive('people', (live) => live.people())
  const here = people.filter(({ cell }) => cell === cellId)
  if (here.length === 0) return null
  return <div className={styles.others}>{here.map(({ client, name, colour }) => <span key={client} className={styles.other} style={{ backgroundColor: peopleColours[colour] }}>{name}</span>)}</div>
}
