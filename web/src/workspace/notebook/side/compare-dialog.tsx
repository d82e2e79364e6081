import { unifiedMergeView } from '@codemirror/merge'
import { EditorState } from '@codemirror/state'
import { EditorView } from '@codemirror/view'
import { Dialog, DialogActions, DialogBody, DialogContent, DialogSurface, DialogTitle, makeStyles, tokens } from '@fluentui/react-components'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { api } from '#web/api/generated/workspace.ts'
import { Button } from '#web/kit/button.tsx'
import { cspNonce } from '#web/kit/root.tsx'
import { Empty, Loaded } from '#web/kit/states.tsx'
import { languageOf } from '../document/magic.ts'
import { grammarOf } from '../editor/languages.ts'
import { editorLooks } from '../editor/theme.ts'
import { languageOfNotebook } from '../live/live.ts'
import { useNotebook } from '../notebook-context.ts'

const useStyles = makeStyles({
  surface: { maxWidth: '1000px', width: '94vw' },
  list: { display: 'flex', flexDirection: 'column', gap: '12px', maxHeight: '65vh', overflow: 'auto' },
  cell: { border: `1px solid ${tokens.colorNeutralStroke2}`, borderRadius: tokens.borderRadiusMedium, overflow: 'hidden' },
  head: { padding: '4px 12px', fontSize: tokens.fontSizeBase200, backgroundColor: tokens.colorNeutralBackground3, margin: 0, fontWeight: tokens.fontWeightSemibold },
})
const words: Record<string, string> = { added: 'Added since', removed: 'Deleted since', changed: 'Changed since', moved: 'Moved since', same: 'Unchanged', unchanged: 'Unchanged' }

/** A revision beside what is there now, cell by cell. */
export function CompareDialog({ revision, title, onClose }: { revision: number; title: string; onClose: () => void }) {
  const styles = useStyles()
  const { live } = useNotebook()
  const answer = useQuery({ queryKey: ['notebook-compare', live.objectId, revision], staleTime: 0, gcTime: 0, queryFn: ({ signal }) => api.notebooks.compare({ params: { object_id: live.objectId, revision_id: revision }, query: {} }, signal) })
  return (
    <Dialog open onOpenChange={(_event, { open }) => !open && onClose()}>
      <DialogSurface className={styles.surface}>
        <DialogBody>
          <DialogTitle>{title}, compared with now</DialogTitle>
          <DialogContent>
            <Loaded query={answer} errorTitle="The revision could not be compared">
              {({ cells }) => {
                const differing = cells.filter(({ change }) => change !== 'same' && change !== 'unchanged')
                return differing.length === 0 ? <Empty title="Nothing has changed since" /> : (
                  <div className={styles.list} tabIndex={0} role="group" aria-label="Differences">
                    {differing.map((cell) => (
                      <section key={cell.cell_id} className={styles.cell} aria-label={words[cell.change] ?? cell.change}>
                        <h3 className={styles.head}>{words[cell.change] ?? cell.change}{(cell.after?.title ?? cell.before?.title) !== undefined && `: ${cell.after?.title ?? cell.before?.title}`}</h3>
                        <Differences before={cell.before?.source ?? ''} after={cell.after?.source ?? ''} />
                      </section>
                    ))}
                  </div>
                )
              }}
            </Loaded>
          </DialogContent>
          <DialogActions><Button appearance="primary" onClick={onClose}>Close</Button></DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  )
}

function Differences({ before, after }: { before: string; after: string }) {
  const host = useRef<HTMLDivElement>(null)
  const { live } = useNotebook()
  useEffect(() => {
    if (host.current === null) return
    const view = new EditorView({
      parent: host.current,
      state: EditorState.create({
        doc: after,
        extensions: [
          cspNonce === '' ? [] : EditorView.cspNonce.of(cspNonce), editorLooks, EditorView.lineWrapping, EditorView.editable.of(false), EditorState.readOnly.of(true),
          grammarOf(languageOf(after === '' ? before : after, languageOfNotebook(live))),
          unifiedMergeView({ original: before, mergeControls: false, gutter: true, collapseUnchanged: { margin: 2, minSize: 6 } }),
        ],
      }),
    })
    return () => view.destroy()
  }, [before, after, live])
  return <div ref={host} />
}
