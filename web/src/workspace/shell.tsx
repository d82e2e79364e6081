import { HomeFilled, HomeRegular, FolderRegular, ServerRegular, SettingsRegular, CompassNorthwestRegular, PersonRegular, SignOutRegular } from '@fluentui/react-icons'
import { useLocation } from '@tanstack/react-router'
import { useQueryClient } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { send } from '#web/api/call.ts'
import { useGo } from '#web/kit/link.tsx'
import { useNotify } from '#web/kit/notices.tsx'
import { AccountItem, Shell } from '#web/kit/shell.tsx'
import { useTheme } from '#web/kit/theme.ts'
import { useHere } from './here.ts'
import { sources } from './search.tsx'

const nav = [
  { title: 'Home', href: '/', icon: <HomeRegular />, owns: (path: string) => path === '/' || path === '/tour' },
  { title: 'Workspace', href: '/workspace', icon: <FolderRegular />, owns: (path: string) => /^\/(workspace|notebook)(\/|$)/.test(path) },
  { title: 'Compute', href: '/compute', icon: <ServerRegular /> },
  { title: 'Settings', href: '/settings', icon: <SettingsRegular /> },
]

/** The workspace's own frame around every page. */
export function WorkspaceShell({ children }: { children: ReactNode }) {
  const here = useHere()
  const cache = useQueryClient()
  const go = useGo()
  const { choose } = useTheme()
  const notify = useNotify()
  const { pathname } = useLocation()
  const signOut = () =>
    send('POST', '/logout').then(() => location.assign('/signed-out'), (error: unknown) => notify.failed('You are still signed in', error))
  const account = here && {
    name: here.me.display_name,
    detail: `${here.me.user_name} · ${here.me.admin ? 'administrator' : 'member'} of ${here.workspace.name}`,
    items: (
      <>
        <AccountItem icon={<PersonRegular />} onClick={() => window.open(here.portal_url, '_blank', 'noreferrer')}>Account</AccountItem>
        <AccountItem icon={<SettingsRegular />} onClick={() => go('/settings')}>Settings</AccountItem>
        <AccountItem icon={<CompassNorthwestRegular />} onClick={() => go('/tour')}>Guided tour</AccountItem>
        <AccountItem icon={<SignOutRegular />} onClick={() => void signOut()}>Sign out</AccountItem>
      </>
    ),
  }
  return (
    <Shell
      product="Brickyard" {...(here ? { place: here.workspace.name } : {})} account={account}
      nav={pathname === '/' ? nav.map((entry) => (entry.href === '/' ? { ...entry, icon: <HomeFilled /> } : entry)) : nav}
      search={{ placeholder: 'Search clusters, notebooks, files, pages and actions', sources: sources({ cache, here, choose, signOut: () => void signOut() }) }}
    >
      {children}
    </Shell>
  )
}
