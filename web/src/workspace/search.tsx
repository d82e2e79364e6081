import { AddRegular, BookRegular, CompassNorthwestRegular, DocumentRegular, FolderRegular, HomeRegular, KeyRegular, PersonRegular, ServerRegular, SettingsRegular, SignOutRegular, WeatherMoonRegular, WeatherSunnyRegular } from '@fluentui/react-icons'
import type { QueryClient } from '@tanstack/react-query'
import { api } from '#web/api/generated/workspace.ts'
import type { Found, Source } from '#web/kit/command-palette.tsx'
import { inWords } from '#web/kit/state-badge.tsx'
import type { ThemeChoice } from '#web/kit/theme.ts'
import { nameOf, stateOf } from './compute/clusters.ts'
import { hrefOf } from './files/objects.ts'
import type { Here } from './here.ts'

type Deps = { cache: QueryClient; here: Here | undefined; choose: (choice: ThemeChoice) => void; signOut: () => void }

/** Everything that the search finds. */
export function sources({ cache, here, choose, signOut }: Deps): Source[] {
  const home = here && `/Users/${here.me.user_name}`
  const pages: Found[] = [
    { id: 'home', group: 'Pages', title: 'Home', href: '/', icon: <HomeRegular /> },
    { id: 'workspace', group: 'Pages', title: 'Workspace files', href: '/workspace', icon: <FolderRegular /> },
    ...(home === undefined ? [] : [{ id: 'my-files', group: 'Pages', title: 'My files', subtitle: home, href: `/workspace${home}`, icon: <FolderRegular /> }]),
    { id: 'compute', group: 'Pages', title: 'Compute', also: 'clusters', href: '/compute', icon: <ServerRegular /> },
    { id: 'tokens', group: 'Pages', title: 'Access tokens', also: 'settings personal token', href: '/settings/tokens', icon: <KeyRegular /> },
    { id: 'appearance', group: 'Pages', title: 'Appearance', also: 'settings theme', href: '/settings/appearance', icon: <SettingsRegular /> },
    ...(here?.me.admin ? [
      { id: 'users', group: 'Pages', title: 'Users', also: 'settings administration members', href: '/settings/users', icon: <PersonRegular /> },
      { id: 'groups', group: 'Pages', title: 'Groups', also: 'settings administration', href: '/settings/groups', icon: <PersonRegular /> },
      { id: 'service-principals', group: 'Pages', title: 'Service principals', also: 'settings administration', href: '/settings/service-principals', icon: <PersonRegular /> },
    ] : []),
    { id: 'tour', group: 'Pages', title: 'Guided tour', also: 'help learn', href: '/tour', icon: <CompassNorthwestRegular /> },
    { id: 'create-cluster', group: 'Actions', title: 'Create cluster', href: '/compute/new', icon: <AddRegular /> },
    ...(home === undefined ? [] : [{ id: 'create-notebook', group: 'Actions', title: 'Create notebook', href: `/workspace${home}?create=notebook`, icon: <AddRegular /> }]),
    { id: 'light', group: 'Actions', title: 'Light appearance', also: 'theme', run: () => choose('light'), icon: <WeatherSunnyRegular /> },
    { id: 'dark', group: 'Actions', title: 'Dark appearance', also: 'theme', run: () => choose('dark'), icon: <WeatherMoonRegular /> },
    { id: 'sign-out', group: 'Actions', title: 'Sign out', run: signOut, icon: <SignOutRegular /> },
  ]
  return [
    {
      name: 'clusters',
      find: async (_words, signal) => {
        const found = await cache.fetchQuery({ queryKey: ['clusters'], queryFn: async () => (await api.clusters.listAll({}, signal)).clusters, staleTime: 5000 })
        return found.map((cluster) => ({ id: cluster.cluster_id, group: 'Clusters', title: nameOf(cluster), subtitle: inWords(stateOf(cluster)), also: cluster.cluster_id, href: `/compute/${cluster.cluster_id}`, icon: <ServerRegular /> }))
      },
    },
    {
      name: 'objects', searched: true,
      find: async (words, signal) => {
        if (words === '') return []
        const { objects } = await api.objectsBrowser.search({ query: { query: words, max_results: 20 } }, signal)
        return objects.map((one) => ({
          id: String(one.object_id), group: one.object_type === 'NOTEBOOK' ? 'Notebooks' : one.object_type === 'FILE' ? 'Files' : 'Folders', title: one.name, subtitle: one.path, href: hrefOf(one),
          icon: one.object_type === 'NOTEBOOK' ? <BookRegular /> : one.object_type === 'FILE' ? <DocumentRegular /> : <FolderRegular />,
        })).toSorted((a, b) => a.group.localeCompare(b.group) * -1)
      },
    },
    { name: 'pages', find: () => pages },
  ]
}
