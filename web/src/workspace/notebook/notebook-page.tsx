import { Page } from '#web/kit/page.tsx'
import { Loading } from '#web/kit/states.tsx'

/** One notebook, open. */
export function NotebookPage({ objectId }: { objectId: number }) {
  return <Page title={`Notebook ${objectId}`}><Loading /></Page>
}
