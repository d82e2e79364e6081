import { useState } from 'react'
import { api } from '#web/api/generated/workspace.ts'
import { FormDialog } from '#web/kit/confirm-dialog.tsx'
import { TextField } from '#web/kit/fields.tsx'
import { join, kindOf, parentOf, wrongName, type Item } from './objects.ts'

/** Gives something another name in the same folder. */
export function RenameDialog({ item, names, onDone, onClose }: { item: Item; names: readonly string[]; onDone: (path: string) => Promise<void> | void; onClose: () => void }) {
  const [name, setName] = useState(item.name)
  const check = (value: string) => (value === item.name ? undefined : wrongName(value, names))
  const rename = async () => {
    const moved = await api.objectsBrowser.move({ body: { path: item.path, destination_path: join(parentOf(item.path), name.trim()) } })
    await onDone(moved.path)
  }
  return (
    <FormDialog title={`Rename ${kindOf[item.object_type].toLowerCase()}`} submit="Rename" submitDisabledBecause={name === item.name ? 'It has this name already' : check(name)} onSubmit={rename} onClose={onClose}>
      <TextField label="Name" required autoFocus value={name} onChange={setName} validate={check} />
    </FormDialog>
  )
}
