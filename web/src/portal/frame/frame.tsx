import { Button, Drawer, makeStaticStyles, mergeClasses, DrawerBody, DrawerHeader, DrawerHeaderTitle, makeStyles, tokens, Tooltip, useToastController, Toast, ToastTitle, ToastBody } from '@fluentui/react-components'
import { Dismiss24Regular, Navigation24Regular } from '@fluentui/react-icons'
import { useQueryClient } from '@tanstack/react-query'
import { Outlet } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { toasterId } from '#web/kit/toaster-id.ts'
import { Account } from './account.tsx'
import { Bell } from './bell.tsx'
import { Menu } from './menu.tsx'
import { onEnd, resumeNotices } from './notices.ts'
import { Search } from './search.tsx'
import { ThemeButton } from './theme-button.tsx'

const useGround = makeStaticStyles({ body: { margin: 0 } })
const useStyles = makeStyles({
  frame: { display: 'grid', gridTemplateRows: 'auto 1fr', gridTemplateColumns: 'auto minmax(0, 1fr)', minHeight: '100vh', backgroundColor: tokens.colorNeutralBackground1, color: tokens.colorNeutralForeground1 },
  top: { gridColumn: '1 / -1', position: 'sticky', top: 0, zIndex: 10, display: 'flex', alignItems: 'center', gap: tokens.spacingHorizontalS, height: '44px', paddingInline: tokens.spacingHorizontalS, backgroundColor: '#641a11', color: '#fff' },
  brand: { fontWeight: tokens.fontWeightSemibold, fontSize: tokens.fontSizeBase400, whiteSpace: 'nowrap', color: '#fff', display: 'flex', alignItems: 'center', gap: tokens.spacingHorizontalS, textDecorationLine: 'none', '@media (max-width: 720px)': { '> span': { display: 'none' } } },
  search: { flex: '1 1 auto', display: 'flex', justifyContent: 'center', minWidth: 0 },
  white: { color: '#fff', ':hover': { color: '#fff', backgroundColor: 'rgba(255,255,255,.16)' }, ':hover:active': { color: '#fff', backgroundColor: 'rgba(255,255,255,.24)' } },
  side: { width: '224px', borderRight: `1px solid ${tokens.colorNeutralStroke2}`, position: 'sticky', top: '44px', height: 'calc(100vh - 44px)', overflowY: 'auto', '@media (max-width: 960px)': { display: 'none' } },
  burger: { '@media (min-width: 961px)': { display: 'none' } },
  skip: { position: 'absolute', left: '-9999px', ':focus': { left: '8px', top: '8px', zIndex: 20, backgroundColor: tokens.colorNeutralBackground1, color: tokens.colorNeutralForeground1, padding: tokens.spacingHorizontalS } },
  main: { minWidth: 0 },
})

const Bricks = () => <svg width="24" height="24" viewBox="0 0 26 26" aria-hidden="true"><g fill="#ffb199"><path d="M1 3h11v6H1zM14 3h11v6H14zM1 17h11v6H1zM14 17h11v6H14z" /></g><path fill="#fff" d="M1 10h4.5v6H1zM7.5 10h11v6h-11zM20.5 10H25v6h-4.5z" /></svg>

/** What stands around every page: search, notices, the account, and the menu. */
export function Frame() {
  useGround()
  const s = useStyles()
  const [open, setOpen] = useState(false)
  const queries = useQueryClient()
  const { dispatchToast } = useToastController(toasterId)
  useEffect(() => resumeNotices(), [])
  useEffect(() => onEnd((notice) => {
    void queries.invalidateQueries()
    dispatchToast(<Toast><ToastTitle>{notice.title}</ToastTitle><ToastBody>{notice.message}</ToastBody></Toast>, { intent: notice.state === 'failed' ? 'error' : 'success', timeout: notice.state === 'failed' ? 15_000 : 5_000 })
  }), [queries, dispatchToast])
  return (
    <div className={s.frame}>
      <header className={s.top}>
        <a className={s.skip} href="#page">Skip to the page</a>
        <Tooltip content="Menu" relationship="label"><Button appearance="transparent" className={mergeClasses(s.white, s.burger)} icon={<Navigation24Regular />} onClick={() => setOpen(true)} /></Tooltip>
        <a className={s.brand} href="/" aria-label="Brickyard, home"><Bricks /><span>Brickyard</span></a>
        <div className={s.search}><Search /></div>
        <Bell className={s.white} />
        <ThemeButton className={s.white} />
        <Account className={s.white} />
      </header>
      <nav className={s.side} aria-label="Portal"><Menu /></nav>
      <Drawer open={open} onOpenChange={(_, data) => setOpen(data.open)} position="start" size="small">
        <DrawerHeader><DrawerHeaderTitle action={<Button appearance="subtle" aria-label="Close the menu" icon={<Dismiss24Regular />} onClick={() => setOpen(false)} />}>Menu</DrawerHeaderTitle></DrawerHeader>
        <DrawerBody style={{ padding: 0 }}><nav aria-label="Portal menu"><Menu onGo={() => setOpen(false)} /></nav></DrawerBody>
      </Drawer>
      <main id="page" className={s.main} tabIndex={-1}><Outlet /></main>
    </div>
  )
}
