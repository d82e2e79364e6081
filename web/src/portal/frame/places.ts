import type { IconName } from '../arm/kinds.ts'

export type Place = { title: string; to: string; icon: IconName; words?: string }
/** Where the menu and the search lead. */
export const places: readonly { title: string; places: readonly Place[] }[] = [
  { title: 'Azure', places: [
    { title: 'Home', to: '/', icon: 'subscription' },
    { title: 'Create a resource', to: '/create', icon: 'application', words: 'new databricks service add' },
    { title: 'Resource groups', to: '/groups', icon: 'group' },
    { title: 'All resources', to: '/resources', icon: 'unknown' },
    { title: 'Azure Databricks', to: '/resources?type=databricks', icon: 'databricks', words: 'services workspaces' },
    { title: 'Network', to: '/network', icon: 'network', words: 'view flow machines vnet' },
    { title: 'Quota and usage', to: '/quota', icon: 'machine', words: 'cores memory limits' },
    { title: 'Activity log', to: '/activity', icon: 'disk', words: 'events audit' },
  ] },
  { title: 'Directory', places: [
    { title: 'Users', to: '/directory/users', icon: 'user', words: 'people accounts dedicated' },
    { title: 'Groups', to: '/directory/groups', icon: 'users' },
    { title: 'Applications', to: '/directory/applications', icon: 'application', words: 'service principals secrets' },
    { title: 'Sign-ins', to: '/directory/sign-ins', icon: 'directory', words: 'log audit' },
    { title: 'Consents', to: '/directory/consents', icon: 'identity', words: 'permissions revoke grants' },
  ] },
]
