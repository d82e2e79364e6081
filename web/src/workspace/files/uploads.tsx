import { Checkbox, makeStyles, ProgressBar, tokens } from '@fluentui/react-components'
import { CheckmarkCircleRegular, DismissRegular, ErrorCircleRegular } from '@fluentui/react-icons'
import { useQueryClient } from '@tanstack/react-query'
import { useRef, useState, type ReactNode } from 'react'
import { IconButton } from '#web/kit/button.tsx'
import { FormDialog } from '#web/kit/confirm-dialog.tsx'
import { Section } from '#web/kit/page.tsx'
import { browse, bytes } from './objects.ts'
import { upload } from './transfer.ts'

type Upload = { id: number; name: string; size: number; part: number; state: 'waiting' | 'sending' | 'done' | 'failed'; message?: string; abort: AbortController }
const useStyles = makeStyles({
  list: { listStyleType: 'none', margin: 0, padding: 0, display: 'flex', flexDirection: 'column', gap: '10px' },
  row: { display: 'grid', gridTemplateColumns: 'minmax(0, 1fr) auto auto', gap: '4px 12px', alignItems: 'center' },
  bar: { gridColumn: '1 / -1' },
  bad: { color: tokens.colorPaletteRedForeground1, gridColumn: '1 / -1' },
  soft: { color: tokens.colorNeutralForeground3, fontSize: tokens.fontSizeBase200 },
  name: { overflowWrap: 'anywhere' },
})
let last = 0
const sources = /\.(py|sql|scala|r)$/i

/** Sends files into a folder, one after the other; shows how far each is, and each can be cancelled. */
export function useUploads(folder: string): { ask: (files: readonly File[]) => void; shown: ReactNode } {
  const styles = useStyles()
  const cache = useQueryClient()
  const [asked, setAsked] = useState<{ files: readonly File[]; taken: readonly string[] }>()
  const [uploads, setUploads] = useState<readonly Upload[]>([])
  const chain = useRef(Promise.resolve())
  const change = (id: number, part: Partial<Upload>) => setUploads((all) => all.map((one) => (one.id === id ? { ...one, ...part } : one)))

  function begin(files: readonly File[], options: { overwrite: boolean; asNotebook: boolean }): void {
    for (const file of files) {
      const id = ++last
      const abort = new AbortController()
      setUploads((all) => [...all, { id, name: file.name, size: file.size, part: 0, state: 'waiting', abort }])
      chain.current = chain.current.then(async () => {
        if (abort.signal.aborted) return
        change(id, { state: 'sending' })
        await upload({ folder, file, ...options }, (part) => change(id, { part }), abort.signal).then(
          () => change(id, { state: 'done', part: 1 }),
          (error: unknown) => change(id, { state: 'failed', message: error instanceof Error ? error.message : String(error) }),
        )
        await cache.invalidateQueries({ queryKey: ['files'] })
      })
    }
  }
  const ask = (files: readonly File[]) => {
    if (files.length === 0) return
    const there = new Set(cache.getQueryData(browse(folder).queryKey)?.objects.map((item) => item.name))
    const taken = files.map((file) => file.name).filter((name) => there.has(name) || there.has(name.replace(/\.[^.]+$/, '')))
    if (taken.length === 0 && !files.some((file) => sources.test(file.name))) begin(files, { overwrite: false, asNotebook: false })
    else setAsked({ files, taken })
  }
  const shown = (
    <>
      {uploads.length > 0 && (
        <Section title="Uploads" actions={<IconButton label="Close the list of uploads" icon={<DismissRegular />} onClick={() => { for (const one of uploads) if (one.state !== 'done') one.abort.abort(); setUploads([]) }} />}>
          <ul className={styles.list} aria-label="Uploads">
            {uploads.map((one) => (
              <li key={one.id} className={styles.row}>
                <span className={styles.name}>{one.name} <span className={styles.soft}>{bytes(one.size)}</span></span>
                <span role="status">{one.state === 'done' ? 'Uploaded' : one.state === 'failed' ? 'Not uploaded' : one.state === 'waiting' ? 'Waits' : `${Math.round(one.part * 100)} %`}</span>
                {one.state === 'done' ? <CheckmarkCircleRegular aria-hidden /> : one.state === 'failed' ? <ErrorCircleRegular aria-hidden /> : <IconButton size="small" label={`Cancel ${one.name}`} icon={<DismissRegular />} onClick={() => { one.abort.abort(); change(one.id, { state: 'failed', message: 'Cancelled.' }) }} />}
                {(one.state === 'sending' || one.state === 'waiting') && <ProgressBar className={styles.bar} value={one.part} aria-label={`Upload of ${one.name}`} />}
                {one.message !== undefined && <span className={styles.bad}>{one.message}</span>}
              </li>
            ))}
          </ul>
        </Section>
      )}
      {asked && <AskDialog {...asked} onClose={() => setAsked(undefined)} begin={begin} />}
    </>
  )
  return { ask, shown }
}

/** Source files may be notebooks or plain files, and names may be taken: the person says. */
function AskDialog({ files, taken, begin, onClose }: { files: readonly File[]; taken: readonly string[]; begin: (files: readonly File[], options: { overwrite: boolean; asNotebook: boolean }) => void; onClose: () => void }) {
  const [asNotebook, setAsNotebook] = useState(false)
  const [overwrite, setOverwrite] = useState(false)
  const code = files.filter((file) => sources.test(file.name))
  return (
    <FormDialog title={`Upload ${files.length === 1 ? (files[0]?.name ?? '') : `${files.length} files`}`} submit="Upload" onClose={onClose} onSubmit={async () => begin(files, { overwrite, asNotebook })}>
      {code.length > 0 && <Checkbox checked={asNotebook} onChange={(_event, data) => setAsNotebook(data.checked === true)} label={`Make notebooks of ${code.map((file) => file.name).join(', ')}`} />}
      {code.length > 0 && <span>Files that were exported from a notebook become notebooks anyway.</span>}
      {taken.length > 0 && <Checkbox checked={overwrite} onChange={(_event, data) => setOverwrite(data.checked === true)} label={`Replace what is already there: ${taken.join(', ')}`} />}
    </FormDialog>
  )
}
