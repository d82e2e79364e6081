import { makeStyles, tokens } from '@fluentui/react-components'
import { useState } from 'react'
import { api } from '#web/api/generated/workspace.ts'
import { FormDialog } from '#web/kit/confirm-dialog.tsx'
import { TextField } from '#web/kit/fields.tsx'
import { useNotify } from '#web/kit/notices.tsx'
import { FolderTree } from './folder-tree.tsx'
import { join, kindOf, parentOf, wrongName, type Item } from './objects.ts'

const useStyles = makeStyles({ tree: { maxHeight: '40vh', overflowY: 'auto', border: `1px solid ${tokens.colorNeutralStroke2}`, borderRadius: tokens.borderRadiusMedium, padding: '4px' }, to: { margin: 0, overflowWrap: 'anywhere' } })

/** Chooses another folder, and another name if one likes. */
export function MoveDialog({ item, how, onDone, onClose }: { item: Item; how: 'move' | 'copy'; onDone: (path: string) => Promise<void> | void; onClose: () => void }) {
  const styles = useStyles()
  const notify = useNotify()
  const [folder, setFolder] = useState(parentOf(item.path))
  const [name, setName] = useState(how === 'copy' ? `${item.name} copy` : item.name)
  const to = join(folder, name.trim())
  const why = wrongName(name) ?? (to === item.path ? 'Choose another folder or another name' : to.startsWith(`${item.path}/`) ? 'A folder cannot go into itself' : folder === '/' ? 'Choose a folder' : undefined)
  const go = async () => {
    const body = { path: item.path, destination_path: to }
    const done = how === 'move' ? await api.objectsBrowser.move({ body }) : await api.objectsBrowser.copy({ body })
    notify.done(`${item.name} is ${how === 'move' ? 'moved' : 'copied'}`, done.path)
    await onDone(done.path)
  }
  return (
    <FormDialog title={`${how === 'move' ? 'Move' : 'Copy'} ${kindOf[item.object_type].toLowerCase()}`} submit={how === 'move' ? 'Move' : 'Copy'} submitDisabledBecause={why} onSubmit={go} onClose={onClose}>
      <div className={styles.tree}><FolderTree at={folder} onChoose={setFolder} /></div>
      <TextField label="Name" required value={name} onChange={setName} validate={(value) => wrongName(value)} />
      <p className={styles.to}>To: <code>{to}</code></p>
    </FormDialog>
  )
}
