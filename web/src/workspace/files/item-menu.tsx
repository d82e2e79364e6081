import { Menu, MenuDivider, MenuItem, MenuList, MenuPopover, MenuTrigger } from '@fluentui/react-components'
import { ArrowDownloadRegular, ArrowUndoRegular, CopyRegular, DeleteRegular, EditRegular, FolderArrowRightRegular, MoreHorizontalRegular, ShieldKeyholeRegular, OpenRegular, LinkRegular } from '@fluentui/react-icons'
import { useQueryClient } from '@tanstack/react-query'
import { useState, type ReactElement } from 'react'
import { api } from '#web/api/generated/workspace.ts'
import { IconButton } from '#web/kit/button.tsx'
import { ConfirmDialog } from '#web/kit/confirm-dialog.tsx'
import { useGo } from '#web/kit/link.tsx'
import { useNotify } from '#web/kit/notices.tsx'
import { useLevel, whyNotLevel } from '../access/level.ts'
import { MoveDialog } from './move-dialog.tsx'
import { encoded, folderHref, hrefOf, isTrash, parentOf, permissionType, type Folder, type Item } from './objects.ts'
import { PermissionsDialog } from './permissions-dialog.tsx'
import { RenameDialog } from './rename-dialog.tsx'
import { download, exportUrl, zipUrl } from './transfer.ts'

type Asked = 'rename' | 'move' | 'copy' | 'permissions' | 'delete'
type Props = { item: Item | Folder; names?: readonly string[]; /** The menu of the page that shows the item. */ isFolderItself?: boolean; trigger?: ReactElement }

/** What can be done with a folder, a notebook or a file. */
export function ItemMenu({ item, names = [], isFolderItself = false, trigger }: Props) {
  const go = useGo()
  const cache = useQueryClient()
  const notify = useNotify()
  const [asked, setAsked] = useState<Asked>()
  const [open, setOpen] = useState(false)
  const trashed = isTrash(item.path)
  const changed = () => cache.invalidateQueries({ predicate: ({ queryKey: [first] }) => first === 'files' || first === 'object' })
  const left = async () => {
    await changed()
    if (isFolderItself) go(folderHref(parentOf(item.path)))
  }
  const save = (url: string) => download(url).catch((error: unknown) => notify.failed(`${item.name} was not exported`, error))
  const restore = async () => {
    try {
      const back = await api.objectsBrowser.restore({ body: { path: item.path } })
      notify.done(`${item.name} is restored`, back.path)
      await changed()
    } catch (error) {
      notify.failed(`${item.name} was not restored`, error)
    }
  }
  const close = () => setAsked(undefined)
  return (
    <>
      <Menu open={open} onOpenChange={(_event, data) => setOpen(data.open)}>
        <MenuTrigger disableButtonEnhancement>{trigger ?? <IconButton size="small" label={`Actions of ${item.name}`} icon={<MoreHorizontalRegular />} />}</MenuTrigger>
        <MenuPopover>{open && <Entries item={item} trashed={trashed} isFolderItself={isFolderItself} ask={setAsked} save={(url) => void save(url)} restore={() => void restore()} />}</MenuPopover>
      </Menu>
      {asked === 'rename' && <RenameDialog item={item} names={names} onDone={async (path) => { await changed(); if (isFolderItself) go(folderHref(path)) }} onClose={close} />}
      {(asked === 'move' || asked === 'copy') && <MoveDialog item={item} how={asked} onDone={async (path) => { await changed(); if (isFolderItself && asked === 'move') go(folderHref(path)) }} onClose={close} />}
      {asked === 'permissions' && <PermissionsDialog item={item} onClose={close} />}
      {asked === 'delete' && !trashed && (
        <ConfirmDialog title={`Move ${item.name} to the trash?`} confirm="Move to trash" onClose={close} onConfirm={async () => { await api.objectsBrowser.trash({ body: { path: item.path } }); notify.done(`${item.name} is in your trash`, 'You can restore it from there.'); await left() }}>
          <p style={{ margin: 0 }}>{item.object_type === 'DIRECTORY' ? 'The folder goes with everything in it. ' : ''}It can be restored from your trash until it is deleted there.</p>
        </ConfirmDialog>
      )}
      {asked === 'delete' && trashed && (
        <ConfirmDialog title={`Delete ${item.name} for good?`} confirm="Delete for good" typed={item.object_type === 'DIRECTORY' ? item.name : undefined} onClose={close} onConfirm={async () => { await api.objects.delete({ body: { path: item.path, recursive: true } }); notify.done(`${item.name} is deleted`); await left() }}>
          <p style={{ margin: 0 }}>{item.object_type === 'NOTEBOOK' ? 'Its cells, results and history go. ' : item.object_type === 'DIRECTORY' ? 'Everything in it goes. ' : ''}This cannot be undone. Data in storage and clusters stay.</p>
        </ConfirmDialog>
      )}
    </>
  )
}

function Entries({ item, trashed, isFolderItself, ask, save, restore }: { item: Item | Folder; trashed: boolean; isFolderItself: boolean; ask: (asked: Asked) => void; save: (url: string) => void; restore: () => void }) {
  const go = useGo()
  const notify = useNotify()
  const level = useLevel(permissionType[item.object_type], String(item.object_id))
  const manage = whyNotLevel(level, 'CAN_MANAGE')
  const off = (why: string | undefined) => (why === undefined ? {} : { disabled: true, title: why })
  if (trashed) return (
    <MenuList>
      <MenuItem icon={<ArrowUndoRegular />} {...off(manage)} onClick={restore}>Restore</MenuItem>
      <MenuItem icon={<DeleteRegular />} {...off(manage)} onClick={() => ask('delete')}>Delete for good</MenuItem>
    </MenuList>
  )
  return (
    <MenuList>
      {!isFolderItself && <MenuItem icon={<OpenRegular />} onClick={() => go(hrefOf(item))}>Open</MenuItem>}
      <MenuItem icon={<EditRegular />} {...off(manage)} onClick={() => ask('rename')}>Rename</MenuItem>
      <MenuItem icon={<FolderArrowRightRegular />} {...off(manage)} onClick={() => ask('move')}>Move</MenuItem>
      <MenuItem icon={<CopyRegular />} onClick={() => ask('copy')}>Copy</MenuItem>
      <MenuItem icon={<LinkRegular />} onClick={() => void navigator.clipboard.writeText(item.path).then(() => notify.done('The path is copied', item.path))}>Copy the path</MenuItem>
      {item.object_type === 'NOTEBOOK' && (
        <>
          <MenuItem icon={<ArrowDownloadRegular />} onClick={() => save(exportUrl(item.path, 'SOURCE'))}>Export as source</MenuItem>
          <MenuItem icon={<ArrowDownloadRegular />} onClick={() => save(exportUrl(item.path, 'JUPYTER'))}>Export as Jupyter (.ipynb)</MenuItem>
          <MenuItem icon={<ArrowDownloadRegular />} onClick={() => save(exportUrl(item.path, 'HTML'))}>Export as HTML</MenuItem>
        </>
      )}
      {item.object_type === 'FILE' && <MenuItem icon={<ArrowDownloadRegular />} onClick={() => save(`/api/2.0/workspace-files${encoded(item.path)}`)}>Download</MenuItem>}
      {item.object_type === 'DIRECTORY' && <MenuItem icon={<ArrowDownloadRegular />} onClick={() => save(zipUrl(item.path))}>Export as zip</MenuItem>}
      <MenuItem icon={<ShieldKeyholeRegular />} onClick={() => ask('permissions')}>Permissions</MenuItem>
      <MenuDivider />
      <MenuItem icon={<DeleteRegular />} {...off(manage)} onClick={() => ask('delete')}>Delete</MenuItem>
    </MenuList>
  )
}
