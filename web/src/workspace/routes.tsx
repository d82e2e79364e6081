import { createRootRoute, createRoute, createRouter, lazyRouteComponent, Outlet, useParams, useSearch, type ErrorComponentProps } from '@tanstack/react-router'
import { Suspense, type ReactNode } from 'react'
import { Button } from '#web/kit/button.tsx'
import { LinkButton } from '#web/kit/link.tsx'
import { Page } from '#web/kit/page.tsx'
import { Empty, ErrorState, Loading } from '#web/kit/states.tsx'
import { WorkspaceShell } from './shell.tsx'

type Words = Readonly<Record<string, string | undefined>>

const root = createRootRoute({
  component: () => (
    <WorkspaceShell>
      <Suspense fallback={<Waiting />}><Outlet /></Suspense>
    </WorkspaceShell>
  ),
  notFoundComponent: () => (
    <Page title="There is no such page">
      <Empty title="Nothing lives at this address" text="The link may be old, or a letter is missing. The search (Ctrl+K) finds clusters, notebooks and pages." action={<LinkButton href="/" appearance="primary">Home</LinkButton>} />
    </Page>
  ),
})

function Waiting() {
  return <div style={{ padding: 32 }}><Loading lines={7} /></div>
}

/** A part that could not be loaded after an update of the product, or a defect of ours: the rest of the shell stays. */
function Failed({ error, reset }: ErrorComponentProps) {
  return (
    <Page title="This page broke" actions={<Button onClick={() => location.reload()}>Load anew</Button>}>
      <ErrorState error={error} title="The page could not be shown" retry={reset} />
    </Page>
  )
}

/** A page whose code is loaded when it is opened, or when a pointer comes near a link to it. */
function page<P extends object>(path: string, load: () => Promise<(props: P) => ReactNode>, props: (params: Words, search: Words) => P) {
  const Lazy = lazyRouteComponent(async () => ({ Loaded: await load() }), 'Loaded')
  const Drawn = () => {
    const given = props(words(useParams({ strict: false })), words(useSearch({ strict: false })))
    return <Lazy {...given} />
  }
  return createRoute({ getParentRoute: () => root, path, component: Object.assign(Drawn, Lazy.preload && { preload: Lazy.preload }), errorComponent: Failed, pendingComponent: Waiting })
}
const words = (given: object): Words => Object.fromEntries(Object.entries(given).map(([name, value]) => [name, value === undefined ? undefined : String(value)]))
const nothing = () => ({})

const pages = [
  page('/', async () => (await import('./home/home-page.tsx')).HomePage, nothing),
  page('/compute', async () => (await import('./compute/list-page.tsx')).ComputePage, nothing),
  page('/compute/new', async () => (await import('./compute/form/new-page.tsx')).NewClusterPage, (_params, { from }) => ({ cloneOf: from })),
  page('/compute/$clusterId', async () => (await import('./compute/cluster-page.tsx')).ClusterPage, ({ clusterId = '' }) => ({ clusterId, tab: 'overview' })),
  page('/compute/$clusterId/edit', async () => (await import('./compute/form/edit-page.tsx')).EditClusterPage, ({ clusterId = '' }) => ({ clusterId })),
  page('/compute/$clusterId/$tab', async () => (await import('./compute/cluster-page.tsx')).ClusterPage, ({ clusterId = '', tab = 'overview' }) => ({ clusterId, tab })),
  page('/workspace', async () => (await import('./files/files-page.tsx')).FilesPage, () => ({ path: undefined })),
  page('/workspace/$', async () => (await import('./files/files-page.tsx')).FilesPage, ({ _splat }) => ({ path: _splat ? `/${_splat}`.replace(/^\/Workspace(?=\/|$)/, '') || '/' : undefined })),
  page('/notebook/$objectId', async () => (await import('./notebook/notebook-page.tsx')).NotebookPage, ({ objectId = '' }) => ({ objectId: Number(objectId) })),
  page('/settings', async () => (await import('./settings/settings-page.tsx')).SettingsPage, () => ({ section: 'tokens' })),
  page('/settings/$section', async () => (await import('./settings/settings-page.tsx')).SettingsPage, ({ section = 'tokens' }) => ({ section })),
  page('/settings/groups/$groupId', async () => (await import('./settings/group-page.tsx')).GroupPage, ({ groupId = '' }) => ({ groupId })),
  page('/tour', async () => (await import('./tour/tour-page.tsx')).TourPage, nothing),
]

export const router = createRouter({ routeTree: root.addChildren(pages), defaultPreload: false, scrollRestoration: false })
