import { makeStyles } from '@fluentui/react-components'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { lazy, Suspense, useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { api } from '#web/api/generated/workspace.ts'
import { send } from '#web/api/call.ts'
import { ConfirmDialog, FormDialog } from '#web/kit/confirm-dialog.tsx'
import { TextField } from '#web/kit/fields.tsx'
import { useNotify } from '#web/kit/notices.tsx'
import { ClusterBar } from './bar/cluster-bar.tsx'
import { ConnectionBar } from './bar/connection-bar.tsx'
import { FindBar } from './bar/find-bar.tsx'
import { NotebookHead, type Formats } from './bar/notebook-head.tsx'
import { WidgetsBar } from './bar/widgets-bar.tsx'
import { CellList } from './cell/cell-list.tsx'
import { loadEditor } from './cell/cell.tsx'
import { notebookCommands } from './commands.ts'
import { keyFinder } from './keys.ts'
import { KeysDialog } from './keys-dialog.tsx'
import type { Live } from './live/live.ts'
import { useTopic } from './live/topics.ts'
import { NotebookContext } from './notebook-context.ts'
import { PermissionsDialog } from './side/permissions-dialog.tsx'
import { newView } from './view.ts'

const History = lazy(async () => ({ default: (await import('./side/history-panel.tsx')).HistoryPanel }))
const useStyles = makeStyles({
  all: { display: 'flex', height: '100%', minHeight: 0, minWidth: 0 },
  scroll: { flex: 1, minWidth: 0, overflowY: 'auto', position: 'relative' },
  page: { maxWidth: '1280px', marginInline: 'auto', padding: '0 24px 40vh', display: 'flex', flexDirection: 'column', gap: '8px', boxSizing: 'border-box', '@media (max-width: 640px)': { padding: '0 8px 40vh' } },
  find: { position: 'sticky', top: '84px', zIndex: 4 },
  spoken: { position: 'absolute', width: '1px', height: '1px', overflow: 'hidden', clipPath: 'inset(50%)', whiteSpace: 'nowrap' },
})

/** An open notebook. */
export function OpenNotebook({ live }: { live: Live }) {
  const styles = useStyles()
  const notify = useNotify()
  const cache = useQueryClient()
  const { objectId } = live
  const view = useMemo(newView, [])
  const [picking, setPicking] = useState(false)
  const [asked, setAsked] = useState<'restart' | 'keys' | 'permissions' | 'rename' | null>(null)
  const [finding, setFinding] = useState(false)
  const [history, setHistory] = useState(false)
  const afterAttach = useRef<(() => void) | null>(null)
  const told = useRef(notify)
  told.current = notify
  const object = useQuery({ queryKey: ['object', objectId], queryFn: ({ signal }) => api.objectsBrowser.object({ query: { object_id: objectId } }, signal) })
  const path = object.data?.path

  const commands = useMemo(
    () =>
      notebookCommands({
        live, view,
        failed: (what, error) => told.current.failed(what, error),
        done: (what) => told.current.done(what),
        askCluster(then) {
          afterAttach.current = then
          told.current.info('Choose a cluster', 'The notebook is not attached to one. The cell runs as soon as you choose.')
          setPicking(true)
        },
        askRestart: () => setAsked('restart'),
        openDialog: (dialog) => (dialog === 'find' ? setFinding(true) : setAsked('keys')),
      }),
    [live, view],
  )
  useEffect(() => {
    const title = object.data?.name
    if (title !== undefined) document.title = `${title} · Brickyard`
  }, [object.data?.name])
  // The editor's code is fetched while the document is on its way.
  useEffect(() => void loadEditor(), [])
  useEffect(
    () =>
      live.topics.subscribe('attachment', () => {
        if (live.state.attachment.cluster_id === null || afterAttach.current === null) return
        const then = afterAttach.current
        afterAttach.current = null
        then()
      }),
    [live],
  )
  const picked = useCallback((open: boolean) => {
    setPicking(open)
    // Closed without a choice: what waited for it is forgotten, unless the answer is on its way.
    if (!open) setTimeout(() => { if (live.state.attachment.cluster_id === null) afterAttach.current = null }, 5000)
  }, [live])

  const find = useMemo(keyFinder, [])
  const root = useRef<HTMLDivElement>(null)
  const key = (event: KeyboardEvent) => {
    const at = event.target
    // Of the notebook itself, or of nothing in particular; not of what lies over it.
    if (event.defaultPrevented || !(at instanceof HTMLElement) || !(at === document.body || root.current?.contains(at)) || at.closest('[role=dialog], [role=menu], [role=listbox], [role=search]')) return
    const typing = at.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(at.tagName)
    const control = at.closest('button, a, [role=table], [role=tab], [role=separator], [role=combobox]')
    if (typing && !event.ctrlKey && !event.metaKey && !(event.shiftKey && event.key === 'Enter')) return
    if (control !== null && !event.ctrlKey && !event.metaKey && !event.shiftKey && ['Enter', ' ', 'ArrowUp', 'ArrowDown', 'Home', 'End'].includes(event.key)) return
    const found = find(event, 'command')
    if (found === undefined) return
    event.preventDefault()
    const selected = view.selected() ?? live.cells()?.[0]?.id
    if (found !== 'first') found.act(commands, selected ?? '')
  }
  const pressed = useRef(key)
  pressed.current = key
  useEffect(() => {
    const listener = (event: KeyboardEvent) => pressed.current(event)
    addEventListener('keydown', listener)
    return () => removeEventListener('keydown', listener)
  }, [])
  const dialog = (which: 'history' | 'permissions' | 'keys' | 'find' | 'rename') => (which === 'history' ? setHistory(!history) : which === 'find' ? setFinding(true) : setAsked(which))
  const exported = async (format: Formats) => {
    if (path === undefined) return
    const answer = await send('GET', `/api/2.0/workspace/export?${new URLSearchParams({ path, format, direct_download: 'true' })}`)
    const url = URL.createObjectURL(await answer.blob())
    const extension = format === 'JUPYTER' ? 'ipynb' : format === 'HTML' ? 'html' : ({ PYTHON: 'py', SQL: 'sql', SCALA: 'scala', R: 'r' } as const)[object.data?.language ?? 'PYTHON']
    Object.assign(document.createElement('a'), { href: url, download: `${object.data?.name ?? 'notebook'}.${extension}` }).click()
    setTimeout(() => URL.revokeObjectURL(url), 10_000)
  }
  const notebook = useMemo(() => ({ live, view, commands }), [live, view, commands])
  return (
    <NotebookContext value={notebook}>
      <div className={styles.all} ref={root}>
        <div className={styles.scroll} data-scrolls="">
          <div className={styles.page}>
            <NotebookHead
              title={object.data?.name ?? 'Notebook'} crumbs={(object.data?.parents ?? []).filter(({ path }) => path !== '/').map(({ name, path }) => ({ title: name, href: `/workspace${path.split('/').map(encodeURIComponent).join('/')}` }))}
              picking={picking} onPicking={picked} onDialog={dialog} onExport={(format) => void exported(format).catch((error: unknown) => notify.failed('The notebook was not exported', error))}
            />
            {finding && <div className={styles.find}><FindBar onClose={() => setFinding(false)} /></div>}
            <ConnectionBar />
            <ClusterBar />
            <WidgetsBar />
            <CellList />
          </div>
        </div>
        {history && <Suspense fallback={null}><History onClose={() => setHistory(false)} /></Suspense>}
        <Announcer live={live} className={styles.spoken} />
      </div>
      {asked === 'keys' && <KeysDialog onClose={() => setAsked(null)} />}
      {asked === 'permissions' && <PermissionsDialog objectId={objectId} name={object.data?.name ?? 'this notebook'} onClose={() => setAsked(null)} />}
      {asked === 'restart' && (
        <ConfirmDialog title="Restart?" confirm="Restart" onClose={() => setAsked(null)} onConfirm={() => live.request({ type: 'restart' }).then(() => notify.done('Restarted', 'All variables are gone.'))}>
          Every variable, import and temporary view of this notebook is forgotten, and what runs is cancelled. Results and widgets stay.
        </ConfirmDialog>
      )}
      {asked === 'rename' && path !== undefined && <Rename path={path} onClose={() => setAsked(null)} onDone={() => cache.invalidateQueries({ queryKey: ['object', objectId] })} />}
    </NotebookContext>
  )
}

function Rename({ path, onClose, onDone }: { path: string; onClose: () => void; onDone: () => Promise<unknown> }) {
  const folder = path.slice(0, path.lastIndexOf('/'))
  const [name, setName] = useState(path.slice(folder.length + 1))
  return (
    <FormDialog title="Rename the notebook" submit="Rename" submitDisabledBecause={name.trim() === '' || name.includes('/') ? 'Give it a name without a slash' : undefined} onClose={onClose} onSubmit={() => api.objectsBrowser.move({ body: { path, destination_path: `${folder}/${name.trim()}` } }).then(onDone)}>
      <TextField label="Name" value={name} onChange={setName} autoFocus required />
    </FormDialog>
  )
}

/** Tells those who do not see the page how runs end. */
function Announcer({ live, className }: { live: Live; className: string }) {
  const text = useTopic(live.topics, 'announcement', () => live.state.announcement)
  return <div className={className} role="status" aria-live="polite">{text}</div>
}
