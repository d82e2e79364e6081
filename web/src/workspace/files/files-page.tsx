import { useQuery } from '@tanstack/react-query'
import { useEffect } from 'react'
import { api } from '#web/api/generated/workspace.ts'
import { useGo } from '#web/kit/link.tsx'
import { Page } from '#web/kit/page.tsx'
import { ErrorState, Loading } from '#web/kit/states.tsx'
import { LinkButton } from '#web/kit/link.tsx'
import { useHere } from '../here.ts'
import { FilePage } from './file-page.tsx'
import { FolderPage } from './folder-page.tsx'
import { folderHref } from './objects.ts'

/** Any path of the workspace: a folder is listed, a file is shown, a notebook has a page of its own. Without a path one's own folder. */
export function FilesPage({ path }: { path: string | undefined }) {
  const here = useHere()
  const go = useGo()
  const at = path === undefined ? here && `/Users/${here.me.user_name}` : path.replace(/(.)\/+$/, '$1')
  const query = useQuery({ queryKey: ['object', at], enabled: at !== undefined, queryFn: ({ signal }) => api.objectsBrowser.object({ query: { path: at ?? '/' } }, signal) })
  const notebook = query.data?.object_type === 'NOTEBOOK' ? query.data.object_id : undefined
  useEffect(() => {
    if (notebook !== undefined) go(`/notebook/${notebook}`)

  }, [notebook])
  if (query.error) return (
    <Page title="Workspace" actions={<LinkButton href={folderHref('/')}>All folders</LinkButton>}>
      <ErrorState error={query.error} retry={query.refetch} title={`${at ?? 'This place'} cannot be shown`} />
    </Page>
  )
  if (!query.data || notebook !== undefined) return <Page title="Workspace"><Loading lines={8} /></Page>
  return query.data.object_type === 'FILE' ? <FilePage key={query.data.object_id} file={query.data} /> : <FolderPage key={query.data.object_id} path={query.data.path} />
}
