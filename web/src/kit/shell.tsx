import { Button as FluentButton, makeStyles, mergeClasses, Menu, MenuDivider, MenuGroup, MenuGroupHeader, MenuItem, MenuItemRadio, MenuList, MenuPopover, MenuTrigger, Avatar, tokens } from '@fluentui/react-components'
import { DarkThemeRegular, DesktopRegular, NavigationRegular, SearchRegular, WeatherMoonRegular, WeatherSunnyRegular } from '@fluentui/react-icons'
import { useLocation } from '@tanstack/react-router'
import { lazy, Suspense, useCallback, useEffect, useRef, useState, type ReactNode } from 'react'
import type { Source } from './command-palette.tsx'
import { useHref } from './link.tsx'
import { usePaletteKeys } from './palette-keys.ts'
import { useTheme, type ThemeChoice } from './theme.ts'

const CommandPalette = lazy(async () => ({ default: (await import('./command-palette.tsx')).CommandPalette }))

export type NavEntry = { title: string; href: string; icon: ReactNode; /** Addresses that belong to it; by default all below `href`. */ owns?: (path: string) => boolean }
export type ShellProps = {
  /** Beside the sign, e.g. the workspace's name. */
  product: string
  place?: string
  nav: readonly NavEntry[]
  /** At the sidebar's foot. */
  foot?: ReactNode
  search: { placeholder: string; sources: readonly Source[] }
  account: { name: string; detail: string; items: ReactNode } | undefined
  children: ReactNode
}

const useStyles = makeStyles({
  all: { display: 'grid', gridTemplateRows: '48px minmax(0, 1fr)', gridTemplateColumns: '220px minmax(0, 1fr)', height: '100vh', backgroundColor: tokens.colorNeutralBackground3, '@media (max-width: 900px)': { gridTemplateColumns: 'minmax(0, 1fr)' } },
  skip: { position: 'absolute', left: '8px', top: '-100px', zIndex: 100, padding: '8px 16px', backgroundColor: tokens.colorBrandBackground, color: tokens.colorNeutralForegroundOnBrand, borderRadius: tokens.borderRadiusMedium, ':focus': { top: '8px' } },
  top: { gridColumn: '1 / -1', display: 'flex', alignItems: 'center', gap: '12px', padding: '0 12px', backgroundColor: tokens.colorNeutralBackground1, borderBottom: `1px solid ${tokens.colorNeutralStroke2}`, minWidth: 0 },
  burger: { display: 'none', '@media (max-width: 900px)': { display: 'inline-flex' } },
  home: { display: 'flex', alignItems: 'center', gap: '10px', textDecorationLine: 'none', color: tokens.colorNeutralForeground1, fontWeight: tokens.fontWeightSemibold, flexShrink: 0, maxWidth: '40%', padding: '4px', borderRadius: tokens.borderRadiusMedium },
  product: { '@media (max-width: 640px)': { display: 'none' } },
  place: { color: tokens.colorNeutralForeground3, fontWeight: tokens.fontWeightRegular, overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap', '@media (max-width: 640px)': { display: 'none' } },
  sign: { width: '24px', height: '24px', flexShrink: 0 },
  search: { flex: '1 1 auto', maxWidth: '520px', marginInline: 'auto', display: 'flex', alignItems: 'center', gap: '8px', height: '32px', padding: '0 10px', border: `1px solid ${tokens.colorNeutralStroke1}`, borderRadius: tokens.borderRadiusMedium, backgroundColor: tokens.colorNeutralBackground1, color: tokens.colorNeutralForeground3, font: 'inherit', fontSize: tokens.fontSizeBase300, cursor: 'text', minWidth: '40px', overflow: 'hidden', ':hover': { border: `1px solid ${tokens.colorNeutralStroke1Hover}` } },
  words: { flex: 1, textAlign: 'start', whiteSpace: 'nowrap', overflow: 'hidden', textOverflow: 'ellipsis' },
  key: { fontSize: tokens.fontSizeBase100, border: `1px solid ${tokens.colorNeutralStroke2}`, borderRadius: tokens.borderRadiusSmall, padding: '0 5px', fontFamily: 'inherit', whiteSpace: 'nowrap', '@media (max-width: 640px)': { display: 'none' } },
  nav: { display: 'flex', flexDirection: 'column', gap: '2px', padding: '12px 8px', overflowY: 'auto', backgroundColor: tokens.colorNeutralBackground2, borderRight: `1px solid ${tokens.colorNeutralStroke2}`, '@media (max-width: 900px)': { display: 'none' } },
  drawer: { '@media (max-width: 900px)': { display: 'flex', position: 'fixed', top: '48px', bottom: 0, left: 0, width: '260px', zIndex: 50, boxShadow: tokens.shadow28 } },
  shade: { display: 'none', '@media (max-width: 900px)': { display: 'block', position: 'fixed', inset: '48px 0 0 0', zIndex: 49, backgroundColor: tokens.colorBackgroundOverlay } },
  entry: { display: 'flex', alignItems: 'center', gap: '12px', height: '36px', padding: '0 12px', borderRadius: tokens.borderRadiusMedium, color: tokens.colorNeutralForeground2, textDecorationLine: 'none', fontSize: tokens.fontSizeBase300, ':hover': { backgroundColor: tokens.colorNeutralBackground2Hover, color: tokens.colorNeutralForeground1 } },
  on: { backgroundColor: tokens.colorBrandBackground2, color: tokens.colorBrandForeground2, fontWeight: tokens.fontWeightSemibold, ':hover': { backgroundColor: tokens.colorBrandBackground2Hover, color: tokens.colorBrandForeground2 } },
  icon: { fontSize: '20px', lineHeight: 0 },
  foot: { marginTop: 'auto', paddingTop: '12px' },
  main: { overflowY: 'auto', minWidth: 0, position: 'relative', outlineStyle: 'none' },
  who: { display: 'flex', flexDirection: 'column', padding: '8px 12px', maxWidth: '280px' },
  soft: { color: tokens.colorNeutralForeground3, fontSize: tokens.fontSizeBase200, overflowWrap: 'anywhere' },
})

/** What surrounds every page: bar, sidebar (a drawer on narrow windows), search, looks, account. */
export function Shell({ product, place, nav, foot, search, account, children }: ShellProps) {
  const styles = useStyles()
  const { pathname } = useLocation()
  const [drawer, setDrawer] = useState(false)
  const [searching, setSearching] = useState(false)
  const main = useRef<HTMLElement>(null)
  usePaletteKeys(useCallback(() => setSearching(true), []))
  useEffect(() => {
    setDrawer(false)
    main.current?.scrollTo(0, 0)
  }, [pathname])
  useEffect(() => {
    if (!drawer) return
    const closed = (event: KeyboardEvent) => event.key === 'Escape' && setDrawer(false)
    addEventListener('keydown', closed)
    return () => removeEventListener('keydown', closed)
  }, [drawer])
  return (
    <div className={styles.all}>
      <a className={styles.skip} href="#main" onClick={(event) => { event.preventDefault(); main.current?.focus() }}>Skip to the content</a>
      <header className={styles.top}>
        <FluentButton className={styles.burger} appearance="subtle" icon={<NavigationRegular />} aria-label="Menu" aria-expanded={drawer} onClick={() => setDrawer(!drawer)} />
        <Home product={product} place={place} />
        <button type="button" className={styles.search} onClick={() => setSearching(true)} aria-keyshortcuts="Control+K /">
          <SearchRegular fontSize={16} /><span className={styles.words}>{search.placeholder}</span><kbd className={styles.key} aria-hidden>Ctrl K</kbd>
        </button>
        <ThemeMenu />
        {account && (
          <Menu>
            <MenuTrigger disableButtonEnhancement>
              <FluentButton appearance="subtle" shape="circular" aria-label={`Account: ${account.name}`} icon={<Avatar name={account.name} size={28} color="brand" aria-hidden />} />
            </MenuTrigger>
            <MenuPopover>
              <MenuList>
                <div className={styles.who}><strong>{account.name}</strong><span className={styles.soft}>{account.detail}</span></div>
                <MenuDivider />
                {account.items}
              </MenuList>
            </MenuPopover>
          </Menu>
        )}
      </header>
      {drawer && <div className={styles.shade} onClick={() => setDrawer(false)} />}
      <nav className={mergeClasses(styles.nav, drawer && styles.drawer)} aria-label="Main">
        {nav.map((entry) => <Entry key={entry.href} entry={entry} on={(entry.owns ?? ((path: string) => path === entry.href || path.startsWith(`${entry.href}/`)))(pathname)} />)}
        {foot !== undefined && <div className={styles.foot}>{foot}</div>}
      </nav>
      <main className={styles.main} id="main" ref={main} tabIndex={-1}>{children}</main>
      {searching && <Suspense><CommandPalette sources={search.sources} placeholder={search.placeholder} onClose={() => setSearching(false)} /></Suspense>}
    </div>
  )
}

function Home({ product, place }: { product: string; place: string | undefined }) {
  const styles = useStyles()
  return (
    <a className={styles.home} {...useHref('/')}>
      <img className={styles.sign} src="/assets/icon.svg" alt="Home" />
      <span className={styles.product}>{product}</span>
      {place !== undefined && <span className={styles.place}>{place}</span>}
    </a>
  )
}

function Entry({ entry, on }: { entry: NavEntry; on: boolean }) {
  const styles = useStyles()
  return (
    <a className={mergeClasses(styles.entry, on && styles.on)} {...useHref(entry.href)} {...(on ? { 'aria-current': 'page' as const } : {})}>
      <span className={styles.icon} aria-hidden>{entry.icon}</span>{entry.title}
    </a>
  )
}

const looks = [['light', 'Light', <WeatherSunnyRegular key="light" />], ['dark', 'Dark', <WeatherMoonRegular key="dark" />], ['system', 'Like the system', <DesktopRegular key="system" />]] as const
const isChoice = (value: string | undefined): value is ThemeChoice => looks.some(([choice]) => choice === value)

/** Light, dark, or what the system says. */
export function ThemeMenu() {
  const { choice, choose } = useTheme()
  return (
    <Menu checkedValues={{ looks: [choice] }} onCheckedValueChange={(_event, { checkedItems: [chosen] }) => isChoice(chosen) && choose(chosen)}>
      <MenuTrigger disableButtonEnhancement><FluentButton appearance="subtle" icon={<DarkThemeRegular />} aria-label="Appearance" /></MenuTrigger>
      <MenuPopover>
        <MenuList>
          <MenuGroup>
            <MenuGroupHeader>Appearance</MenuGroupHeader>
            {looks.map(([value, title, icon]) => <MenuItemRadio key={value} name="looks" value={value} icon={icon}>{title}</MenuItemRadio>)}
          </MenuGroup>
        </MenuList>
      </MenuPopover>
    </Menu>
  )
}

export { MenuItem as AccountItem }
