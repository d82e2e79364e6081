import { makeStyles, Menu, MenuItem, MenuList, MenuPopover, MenuTrigger, mergeClasses, tokens } from '@fluentui/react-components'
import { AddRegular, ArrowUploadRegular, BookRegular, DeleteRegular, DocumentRegular, FolderRegular, FolderAddRegular, MoreHorizontalRegular } from '@fluentui/react-icons'
import { useSearch } from '@tanstack/react-router'
import { useRef, useState, type DragEvent } from 'react'
import { Button } from '#web/kit/button.tsx'
import { Link } from '#web/kit/link.tsx'
import { Page, Section } from '#web/kit/page.tsx'
import { RelativeTime } from '#web/kit/relative-time.tsx'
import { Empty, ErrorState } from '#web/kit/states.tsx'
import { Table } from '#web/kit/table.tsx'
import { whyNotLevel } from '../access/level.ts'
import { useHere } from '../here.ts'
import { crumbsOf } from './crumbs.ts'
import { CreateDialog, type Kind } from './create-dialog.tsx'
import { FolderTree } from './folder-tree.tsx'
import { icons } from './icons.tsx'
import { ItemMenu } from './item-menu.tsx'
import { bytes, hrefOf, isTrash, kindOf, useFolder, type Item } from './objects.ts'
import { useUploads } from './uploads.tsx'

const useStyles = makeStyles({
  both: { display: 'grid', gridTemplateColumns: '240px minmax(0, 1fr)', gap: '20px', alignItems: 'start', '@media (max-width: 1100px)': { gridTemplateColumns: 'minmax(0, 1fr)' } },
  tree: { '@media (max-width: 1100px)': { display: 'none' } },
  name: { display: 'flex', alignItems: 'center', gap: '8px', minWidth: 0 },
  icon: { display: 'inline-flex', fontSize: '20px', flexShrink: 0, color: tokens.colorNeutralForeground3 },
  drop: { position: 'relative', borderRadius: tokens.borderRadiusXLarge },
  over: { outline: `2px dashed ${tokens.colorBrandStroke1}`, outlineOffset: '4px' },
  soft: { color: tokens.colorNeutralForeground3 },
})
const first = (item: Item) => (item.object_type === 'DIRECTORY' ? 0 : 1)

/** One folder: what is in it, and what can be done here. */
export function FolderPage({ path }: { path: string }) {
  const styles = useStyles()
  const here = useHere()
  const asked: { create?: string } = useSearch({ strict: false })
  const query = useFolder(path)
  const folder = query.data?.folder
  const [creating, setCreating] = useState<Kind | undefined>(asked.create === 'notebook' ? 'notebook' : undefined)
  const [over, setOver] = useState(false)
  const picker = useRef<HTMLInputElement>(null)
  const trash = isTrash(path)
  const uploads = useUploads(path)
  const level = folder?.permission_level
  const locked = trash ? 'This is the trash: restore things from here first.' : folder === undefined ? 'Loading' : path === '/' ? 'The root holds only Users and Shared. Open one of them.' : whyNotLevel(level, 'CAN_MANAGE')
  const rows = query.data?.objects.toSorted((a, b) => first(a) - first(b) || a.name.localeCompare(b.name, 'en', { numeric: true }))
  const names = query.data?.objects.map((item) => item.name) ?? []
  const dropped = (event: DragEvent) => {
    event.preventDefault()
    setOver(false)
    if (locked === undefined) uploads.ask([...event.dataTransfer.files])
  }
  return (
    <Page
      title={path === '/' ? 'Workspace' : (folder?.name ?? path.split('/').at(-1) ?? path)} breadcrumb={crumbsOf(path)}
      subtitle={trash ? 'What you deleted. Restore it, or delete it for good.' : undefined}
      actions={!trash && (
        <>
          <Menu>
            <MenuTrigger disableButtonEnhancement><Button appearance="primary" icon={<AddRegular />} disabledBecause={locked}>Create</Button></MenuTrigger>
            <MenuPopover><MenuList>
              <MenuItem icon={<BookRegular />} onClick={() => setCreating('notebook')}>Notebook</MenuItem>
              <MenuItem icon={<FolderAddRegular />} onClick={() => setCreating('folder')}>Folder</MenuItem>
              <MenuItem icon={<DocumentRegular />} onClick={() => setCreating('file')}>File</MenuItem>
            </MenuList></MenuPopover>
          </Menu>
          <Button icon={<ArrowUploadRegular />} disabledBecause={locked} onClick={() => picker.current?.click()}>Upload</Button>
          <input ref={picker} type="file" multiple hidden aria-label="Files to upload" onChange={(event) => { uploads.ask([...(event.target.files ?? [])]); event.target.value = '' }} />
          {folder && path !== '/' && <ItemMenu item={folder} isFolderItself trigger={<Button icon={<MoreHorizontalRegular />}>More</Button>} />}
        </>
      )}
    >
      {query.error && <ErrorState error={query.error} retry={query.refetch} title="The folder cannot be listed" />}
      {uploads.shown}
      <div className={styles.both}>
        <div className={styles.tree}><FolderTree at={path} home={here && `/Users/${here.me.user_name}`} /></div>
        <div className={mergeClasses(styles.drop, over && styles.over)} onDragOver={(event) => { event.preventDefault(); setOver(locked === undefined) }} onDragLeave={() => setOver(false)} onDrop={dropped}>
          <Section title="Contents" text={locked === undefined ? 'Drop files here to upload them. Notebooks (.ipynb, exported .py, .sql, .scala) become notebooks, a .zip a folder.' : undefined}>
            <Table
              label="Contents" rows={rows ?? (query.error ? [] : undefined)} rowKey={(item) => item.object_id} filter={(item) => item.name} filterLabel="Filter by name"
              empty={trash ? <Empty icon={<DeleteRegular />} title="The trash is empty" /> : <Empty icon={<FolderRegular />} title="Nothing here yet" text="Create a notebook, or drop files here." action={locked === undefined && <><Button appearance="primary" onClick={() => setCreating('notebook')}>Create notebook</Button><Button onClick={() => picker.current?.click()}>Upload</Button></>} />}
              columns={[
                { title: 'Name', sort: (item) => item.name, cell: (item) => <span className={styles.name}><span className={styles.icon} aria-hidden>{icons[item.object_type]}</span><Link href={hrefOf(item)}>{item.name}</Link></span> },
                { title: 'Kind', sort: (item) => kindOf[item.object_type], cell: (item) => <>{kindOf[item.object_type]}{item.language && <span className={styles.soft}> · {item.language.charAt(0) + item.language.slice(1).toLowerCase()}</span>}</>, wide: true },
                ...(trash ? [{ title: 'Was in', cell: (item: Item) => item.trashed_from ?? '', wide: true }] : [{ title: 'Size', align: 'end' as const, sort: (item: Item) => item.size ?? 0, cell: (item: Item) => (item.size === undefined ? '' : bytes(item.size)), wide: true }]),
                { title: 'Changed', sort: (item) => item.modified_at, cell: (item) => <RelativeTime at={item.modified_at} />, wide: true },
                { title: 'Actions', align: 'end', cell: (item) => <ItemMenu item={item} names={names} /> },
              ]}
            />
          </Section>
        </div>
      </div>
      {creating && folder && locked === undefined && <CreateDialog kind={creating} folder={path} names={names} onClose={() => setCreating(undefined)} />}
    </Page>
  )
}
