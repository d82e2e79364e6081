import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router'
import { Frame } from './frame/frame.tsx'
import { HomePage } from './pages/home.tsx'
import { Lost } from './pages/lost.tsx'
import { Broken } from './pages/broken.tsx'

const root = createRootRoute({ component: Frame, notFoundComponent: Lost, errorComponent: Broken })
const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined)
const some = <Name extends string>(search: Record<string, unknown>, ...names: Name[]): Partial<Record<Name, string>> => {
  const kept: Partial<Record<Name, string>> = {}
  for (const name of names) {
    const value = text(search[name])
    if (value !== undefined) kept[name] = value
  }
  return kept
}
const at = <Path extends string>(path: Path) => ({ getParentRoute: () => root, path })

const routes = [
  createRoute({ ...at('/'), component: HomePage }),
  createRoute({ ...at('/home'), component: HomePage }),
  createRoute({ ...at('/groups'), component: lazyRouteComponent(() => import('./pages/groups.tsx'), 'GroupsPage') }),
  createRoute({ ...at('/resources'), validateSearch: (search: Record<string, unknown>) => some(search, 'type', 'group', 'text'), component: lazyRouteComponent(() => import('./pages/resources.tsx'), 'ResourcesPage') }),
  createRoute({ ...at('/resource/$'), validateSearch: (search: Record<string, unknown>) => some(search, 'tab'), component: lazyRouteComponent(() => import('./blades/blade.tsx'), 'ResourcePage') }),
  createRoute({ ...at('/create'), component: lazyRouteComponent(() => import('./create/create.tsx'), 'CreatePage') }),
  createRoute({ ...at('/create/databricks'), validateSearch: (search: Record<string, unknown>) => some(search, 'group'), component: lazyRouteComponent(() => import('./create/databricks.tsx'), 'CreateDatabricksPage') }),
  createRoute({ ...at('/create/progress'), validateSearch: (search: Record<string, unknown>) => some(search, 'id', 'follow'), component: lazyRouteComponent(() => import('./create/progress.tsx'), 'ProgressPage') }),
  createRoute({ ...at('/network'), validateSearch: (search: Record<string, unknown>) => some(search, 'network'), component: lazyRouteComponent(() => import('./network/network.tsx'), 'NetworkPage') }),
  createRoute({ ...at('/quota'), component: lazyRouteComponent(() => import('./pages/quota.tsx'), 'QuotaPage') }),
  createRoute({ ...at('/activity'), component: lazyRouteComponent(() => import('./pages/activity.tsx'), 'ActivityPage') }),
  createRoute({ ...at('/directory'), component: lazyRouteComponent(() => import('./directory/users.tsx'), 'UsersPage') }),
  createRoute({ ...at('/directory/users'), component: lazyRouteComponent(() => import('./directory/users.tsx'), 'UsersPage') }),
  createRoute({ ...at('/directory/users/$id'), component: lazyRouteComponent(() => import('./directory/user.tsx'), 'UserPage') }),
  createRoute({ ...at('/directory/groups'), component: lazyRouteComponent(() => import('./directory/groups.tsx'), 'DirectoryGroupsPage') }),
  createRoute({ ...at('/directory/groups/$id'), component: lazyRouteComponent(() => import('./directory/group.tsx'), 'DirectoryGroupPage') }),
  createRoute({ ...at('/directory/applications'), component: lazyRouteComponent(() => import('./directory/applications.tsx'), 'ApplicationsPage') }),
  createRoute({ ...at('/directory/applications/$id'), component: lazyRouteComponent(() => import('./directory/application.tsx'), 'ApplicationPage') }),
  createRoute({ ...at('/directory/sign-ins'), component: lazyRouteComponent(() => import('./directory/sign-ins.tsx'), 'SignInsPage') }),
  createRoute({ ...at('/directory/consents'), component: lazyRouteComponent(() => import('./directory/consents.tsx'), 'ConsentsPage') }),
]

/** Addresses written for Azure's portal (`/#/subscriptions/…`, also with `@tenant/resource` before it) lead to the same resource here. */
const azures = (hash: string): string | undefined => /^#(?:@[^/]+\/resource)?(\/subscriptions\/[^?]+?)(?:\/overview)?$/.exec(hash)?.[1]
const given = azures(location.hash)
if (given) history.replaceState(null, '', `/resource${given}`)

export const router = createRouter({ routeTree: root.addChildren(routes), defaultPreload: false, scrollRestoration: true })
addEventListener('hashchange', () => {
  const next = azures(location.hash)
  if (next) void router.navigate({ href: `/resource${next}`, replace: true })
})
declare module '@tanstack/react-router' {
  interface Register { router: typeof router }
}
