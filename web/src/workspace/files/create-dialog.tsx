import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api } from '#web/api/generated/workspace.ts'
import { send } from '#web/api/call.ts'
import { FormDialog } from '#web/kit/confirm-dialog.tsx'
import { SelectField, TextField } from '#web/kit/fields.tsx'
import { useGo } from '#web/kit/link.tsx'
import { useNotify } from '#web/kit/notices.tsx'
import { encoded, join, wrongName } from './objects.ts'

export type Kind = 'notebook' | 'folder' | 'file'
const languages = ['PYTHON', 'SQL', 'SCALA'] as const
const isLanguage = (value: string): value is (typeof languages)[number] => languages.some((one) => one === value)
const starts = { notebook: 'Untitled notebook', folder: 'New folder', file: 'untitled.txt' } as const

const freeName = (name: string, names: readonly string[]) => {
  if (!names.includes(name)) return name
  const [, stem = name, extension = ''] = /^(.*?)(\.[^.]+)?$/.exec(name) ?? []
  for (let number = 2; ; number += 1) if (!names.includes(`${stem} ${number}${extension}`)) return `${stem} ${number}${extension}`
}

/** Makes a notebook (and opens it), a folder or a text file. */
export function CreateDialog({ kind, folder, names, onClose }: { kind: Kind; folder: string; names: readonly string[]; onClose: () => void }) {
  const [name, setName] = useState(() => freeName(starts[kind], names))
  const [language, setLanguage] = useState<(typeof languages)[number]>('PYTHON')
  const go = useGo()
  const cache = useQueryClient()
  const notify = useNotify()
  const wrong = wrongName(name, names)
  const make = async () => {
    const path = join(folder, name.trim())
    if (kind === 'folder') await api.objects.mkdirs({ body: { path } })
    else if (kind === 'file') await send('POST', `/api/2.0/workspace-files/import-file${encoded(path)}`, new Blob([''], { type: 'application/octet-stream' }))
    else await api.objects.import({ body: { path, format: 'SOURCE', language, content: '' } })
    await cache.invalidateQueries({ queryKey: ['files'] })
    if (kind === 'folder') return notify.done(`Folder “${name.trim()}” is made`)
    const made = await api.objectsBrowser.object({ query: { path } })
    go(kind === 'notebook' ? `/notebook/${made.object_id}` : `/workspace${encoded(path)}`)
  }
  return (
    <FormDialog title={`Create ${kind}`} submit="Create" submitDisabledBecause={wrong} onSubmit={make} onClose={onClose}>
      <TextField label="Name" required autoFocus value={name} onChange={setName} validate={(value) => wrongName(value, names)} />
      {kind === 'notebook' && <SelectField label="Language" value={language} onChange={(value) => isLanguage(value) && setLanguage(value)} choices={[{ value: 'PYTHON', label: 'Python' }, { value: 'SQL', label: 'SQL' }, { value: 'SCALA', label: 'Scala' }]} hint="Of cells that do not say otherwise with %sql, %md and the like." />}
    </FormDialog>
  )
}
