import { Spinner, Tree, TreeItem, TreeItemLayout, type TreeItemValue } from '@fluentui/react-components'
import { DeleteRegular, FolderOpenRegular, FolderRegular, HomeRegular } from '@fluentui/react-icons'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useGo } from '#web/kit/link.tsx'
import { browse, folderHref, isTrash } from './objects.ts'

const above = (path: string) => path.split('/').slice(1).map((_, index, names) => `/${names.slice(0, index + 1).join('/')}`)

/** Folders, opened one by one. In a dialog `onChoose` takes the folder; else its page is opened. */
export function FolderTree({ at, home, onChoose }: { at: string; home?: string | undefined; onChoose?: (path: string) => void }) {
  const go = useGo()
  const [open, setOpen] = useState<ReadonlySet<TreeItemValue>>(() => new Set(['/', ...above(at)]))
  const choose = onChoose ?? ((path: string) => go(folderHref(path)))
  return (
    <Tree aria-label="Folders" size="small" openItems={open} onOpenChange={(_event, data) => setOpen(data.openItems)}>
      <Branch path="/" name="Workspace" at={at} home={home} open={open} choose={choose} />
    </Tree>
  )
}

function Branch({ path, name, at, home, open, choose }: { path: string; name: string; at: string; home: string | undefined; open: ReadonlySet<TreeItemValue>; choose: (path: string) => void }) {
  const isOpen = open.has(path)
  const query = useQuery({ ...browse(path), enabled: isOpen })
  const folders = query.data?.objects.filter((item) => item.object_type === 'DIRECTORY').toSorted((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }))
  const icon = query.isFetching && !query.data ? <Spinner size="extra-tiny" /> : path === home ? <HomeRegular /> : isTrash(path) ? <DeleteRegular /> : isOpen ? <FolderOpenRegular /> : <FolderRegular />
  return (
    <TreeItem itemType="branch" value={path} {...(path === at ? { 'aria-current': 'page' as const } : {})} onClick={(event) => { event.stopPropagation(); choose(path) }} onKeyDown={(event) => { if (event.key === 'Enter') { event.stopPropagation(); choose(path) } }}>
      <TreeItemLayout iconBefore={icon} style={path === at ? { fontWeight: 600 } : undefined}>{name}</TreeItemLayout>
      <Tree>
        {folders?.map((folder) => <Branch key={folder.path} path={folder.path} name={folder.name} at={at} home={home} open={open} choose={choose} />)}
        {folders?.length === 0 && <TreeItem itemType="leaf" value={`${path}//none`}><TreeItemLayout>No folders</TreeItemLayout></TreeItem>}
      </Tree>
    </TreeItem>
  )
}
