import { lazy, Suspense, useState } from 'react'
import { MoreHorizontalRegular, SaveRegular, ArrowDownloadRegular, DocumentRegular } from '@fluentui/react-icons'
import { useQuery } from '@tanstack/react-query'
import { send } from '#web/api/call.ts'
import { Button } from '#web/kit/button.tsx'
import { useNotify } from '#web/kit/notices.tsx'
import { Page, Section } from '#web/kit/page.tsx'
import { RelativeTime } from '#web/kit/relative-time.tsx'
import { Empty, Loaded, Loading } from '#web/kit/states.tsx'
import { whyNotLevel } from '../access/level.ts'
import { crumbsOf } from './crumbs.ts'
import { ItemMenu } from './item-menu.tsx'
import { bytes, encoded, isTrash, type Folder } from './objects.ts'
import { download } from './transfer.ts'

const TextEditor = lazy(async () => ({ default: (await import('./text-editor.tsx')).TextEditor }))
const largest = 2 * 1024 * 1024

/** One file: text can be read and changed, all else downloaded. */
export function FilePage({ file }: { file: Folder }) {
  const notify = useNotify()
  const small = (file.size ?? 0) <= largest
  const url = `/api/2.0/workspace-files${encoded(file.path)}`
  const query = useQuery({ queryKey: ['content', file.object_id], enabled: small, refetchOnWindowFocus: false, staleTime: Infinity, gcTime: 0, queryFn: async ({ signal }) => ({ ...textOf(await (await send('GET', url, undefined, signal)).arrayBuffer()), at: file.modified_at }) })
  const [text, setText] = useState<string>()
  const [saving, setSaving] = useState(false)
  const [saved, setSaved] = useState<{ text: string; at: number }>()
  const original = saved?.text ?? query.data?.text
  const dirty = text !== undefined && text !== original
  const locked = isTrash(file.path) ? 'It is in the trash.' : whyNotLevel(file.permission_level, 'CAN_EDIT')
  const save = async () => {
    if (text === undefined || !dirty || locked !== undefined) return
    setSaving(true)
    try {
      // It stays a file whatever it says, and what somebody else saved meanwhile is not overwritten.
      const how = new URLSearchParams({ overwrite: 'true', format: 'RAW', if_modified_at: String(saved?.at ?? query.data?.at ?? file.modified_at) })
      const response = await send('POST', `/api/2.0/workspace-files/import-file${encoded(file.path)}?${how.toString()}`, new Blob([text], { type: 'application/octet-stream' }))
      const { modified_at: at }: { modified_at: number } = await response.json()
      setSaved({ text, at })
      notify.done(`${file.name} is saved`)
    } catch (error) {
      notify.failed(`${file.name} is not saved`, error)
    } finally {
      setSaving(false)
    }
  }
  return (
    <Page
      title={file.name} breadcrumb={crumbsOf(file.path)} subtitle={<>{bytes(file.size ?? 0)} · changed <RelativeTime at={saved?.at ?? file.modified_at} />{dirty && ' · not saved'}</>}
      actions={
        <>
          <Button appearance="primary" icon={<SaveRegular />} busy={saving} onClick={() => void save()} disabledBecause={locked ?? (dirty ? undefined : 'Nothing has changed')}>Save</Button>
          <Button icon={<ArrowDownloadRegular />} onClick={() => void download(url, file.name).catch((error: unknown) => notify.failed('It was not downloaded', error))}>Download</Button>
          <ItemMenu item={file} isFolderItself trigger={<Button icon={<MoreHorizontalRegular />}>More</Button>} />
        </>
      }
    >
      <Section title="Content">
        {!small ? <Empty icon={<DocumentRegular />} title="Too large to show" text={`Up to ${bytes(largest)} is shown here. Download it to see it.`} /> : (
          <Loaded query={query} errorTitle="The file cannot be read">
            {(content) => content.text === undefined ? <Empty icon={<DocumentRegular />} title="Not a text" text="Download it to open it with the program it belongs to." /> : (
              <Suspense fallback={<Loading lines={10} />}><TextEditor name={file.name} start={content.text} readOnly={locked !== undefined} onChange={setText} onSave={() => void save()} /></Suspense>
            )}
          </Loaded>
        )}
      </Section>
    </Page>
  )
}

/** UTF-8 without control characters is a text. */
function textOf(content: ArrayBuffer): { text: string | undefined } {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(content)
    return { text: text.includes('\0') ? undefined : text }
  } catch {
    return { text: undefined }
  }
}
