import { makeStyles, Spinner, tokens } from '@fluentui/react-components'
import { DismissRegular } from '@fluentui/react-icons'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { lazy, Suspense, useEffect, useState } from 'react'
import { api } from '#web/api/generated/workspace.ts'
import { Button, IconButton } from '#web/kit/button.tsx'
import { ConfirmDialog, FormDialog } from '#web/kit/confirm-dialog.tsx'
import { TextField } from '#web/kit/fields.tsx'
import { useNotify } from '#web/kit/notices.tsx'
import { RelativeTime } from '#web/kit/relative-time.tsx'
import { Empty, Loaded } from '#web/kit/states.tsx'
import { useLive, useNotebook, useWhyNot } from '../notebook-context.ts'

const Compare = lazy(async () => ({ default: (await import('./compare-dialog.tsx')).CompareDialog }))
const useStyles = makeStyles({
  panel: { display: 'flex', flexDirection: 'column', gap: '12px', padding: '12px 16px', backgroundColor: tokens.colorNeutralBackground1, borderLeft: `1px solid ${tokens.colorNeutralStroke2}`, width: '320px', boxSizing: 'border-box', overflowY: 'auto', flexShrink: 0, '@media (max-width: 900px)': { position: 'fixed', inset: '48px 0 0 auto', zIndex: 20, width: 'min(340px, 100vw)', boxShadow: tokens.shadow28 } },
  head: { display: 'flex', alignItems: 'center', justifyContent: 'space-between' },
  title: { margin: 0, fontSize: tokens.fontSizeBase400, fontWeight: tokens.fontWeightSemibold },
  list: { listStyleType: 'none', margin: 0, padding: 0, display: 'flex', flexDirection: 'column', gap: '2px' },
  one: { display: 'flex', flexDirection: 'column', gap: '2px', padding: '8px 0', borderBottom: `1px solid ${tokens.colorNeutralStroke3}` },
  name: { fontWeight: tokens.fontWeightSemibold, overflowWrap: 'anywhere' },
  soft: { color: tokens.colorNeutralForeground3, fontSize: tokens.fontSizeBase200, overflowWrap: 'anywhere' },
  actions: { display: 'flex', gap: '4px' },
})
type Revision = { revision_id: number; name: string | null; created_at: number; user_names?: unknown; cells?: unknown }
const whoOf = ({ user_names: names }: Revision): string => (Array.isArray(names) ? names.filter((name) => name !== '').join(', ') : '')

/** What the notebook was: compare with now, go back to it. */
export function HistoryPanel({ onClose }: { onClose: () => void }) {
  const styles = useStyles()
  const { live } = useNotebook()
  const notify = useNotify()
  const cache = useQueryClient()
  const newest = useLive('revision', (live) => live.state.revision)
  const noEdit = useWhyNot('edit')
  const [compared, setCompared] = useState<Revision>()
  const [restored, setRestored] = useState<Revision>()
  const [naming, setNaming] = useState<string>()
  const key = ['notebook-revisions', live.objectId]
  const list = useQuery({ queryKey: key, queryFn: async ({ signal }) => (await api.notebooks.revisions({ params: { object_id: live.objectId }, query: { limit: 100 } }, signal)).revisions })
  useEffect(() => void cache.invalidateQueries({ queryKey: ['notebook-revisions'] }), [cache, newest])

  return (
    <aside className={styles.panel} aria-label="Revision history">
      <div className={styles.head}><h2 className={styles.title}>History</h2><IconButton size="small" label="Close the history" icon={<DismissRegular />} onClick={onClose} /></div>
      <Button onClick={() => setNaming('')} disabledBecause={noEdit}>Save now with a name</Button>
      <Loaded query={list} errorTitle="The history could not be read">
        {(revisions) => revisions.length === 0 ? <Empty title="No revisions yet" text="One is kept every few minutes while you edit, and whenever you press Ctrl+S." /> : (
          <ol className={styles.list}>
            {revisions.map((one) => (
              <li key={one.revision_id} className={styles.one}>
                <span className={styles.name}>{one.name ?? 'Autosave'}</span>
                <span className={styles.soft}><RelativeTime at={one.created_at} />{whoOf(one) !== '' && ` · ${whoOf(one)}`}</span>
                <span className={styles.actions}>
                  <Button size="small" appearance="subtle" onClick={() => setCompared(one)} aria-label={`Compare ${one.name ?? `autosave ${one.revision_id}`} with now`}>Compare</Button>
                  <Button size="small" appearance="subtle" onClick={() => setRestored(one)} disabledBecause={noEdit} aria-label={`Restore ${one.name ?? `autosave ${one.revision_id}`}`}>Restore</Button>
                </span>
              </li>
            ))}
          </ol>
        )}
      </Loaded>
      {compared && <Suspense fallback={<Spinner />}><Compare revision={compared.revision_id} title={compared.name ?? 'Autosave'} onClose={() => setCompared(undefined)} /></Suspense>}
      {restored && (
        <ConfirmDialog title="Restore this revision?" confirm="Restore" onClose={() => setRestored(undefined)} onConfirm={() => live.request({ type: 'restore', revision_id: restored.revision_id }).then(() => notify.done('Restored', 'What was there before is in the history too.'))}>
          Everybody in this notebook sees the cells as they were then. What is there now is kept as a revision: nothing is lost.
        </ConfirmDialog>
      )}
      {naming !== undefined && (
        <FormDialog title="Save a revision" submit="Save" submitDisabledBecause={naming.trim() === '' ? 'Give it a name' : undefined} onClose={() => setNaming(undefined)} onSubmit={() => live.request({ type: 'saveRevision', name: naming.trim() })}>
          <TextField label="Name" value={naming} onChange={setNaming} autoFocus required />
        </FormDialog>
      )}
    </aside>
  )
}
