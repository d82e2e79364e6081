import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components'
import type { ComponentType } from 'react'
import { useHref } from '#web/kit/link.tsx'
import { Page } from '#web/kit/page.tsx'
import { Empty } from '#web/kit/states.tsx'
import { useHere } from '../here.ts'
import { Appearance } from './appearance.tsx'
import { Groups } from './groups.tsx'
import { ServicePrincipals } from './service-principals.tsx'
import { Tokens } from './tokens.tsx'
import { AllTokens } from './all-tokens.tsx'
import { Users } from './users.tsx'

const useStyles = makeStyles({
  both: { display: 'grid', gridTemplateColumns: '200px minmax(0, 1fr)', gap: '24px', alignItems: 'start', '@media (max-width: 900px)': { gridTemplateColumns: 'minmax(0, 1fr)' } },
  list: { display: 'flex', flexDirection: 'column', gap: '2px', '@media (max-width: 900px)': { flexDirection: 'row', flexWrap: 'wrap' } },
  entry: { padding: '7px 10px', borderRadius: tokens.borderRadiusMedium, color: tokens.colorNeutralForeground2, textDecorationLine: 'none', ':hover': { backgroundColor: tokens.colorSubtleBackgroundHover, color: tokens.colorNeutralForeground1 } },
  on: { backgroundColor: tokens.colorNeutralBackground1, color: tokens.colorNeutralForeground1, fontWeight: tokens.fontWeightSemibold, boxShadow: tokens.shadow2 },
  heading: { color: tokens.colorNeutralForeground3, fontSize: tokens.fontSizeBase200, padding: '12px 10px 4px', margin: 0, fontWeight: tokens.fontWeightSemibold },
})
type Part = { title: string; show: ComponentType; admin?: true }
const parts: Record<string, Part> = {
  tokens: { title: 'Access tokens', show: Tokens },
  appearance: { title: 'Appearance', show: Appearance },
  users: { title: 'Users', show: Users, admin: true },
  groups: { title: 'Groups', show: Groups, admin: true },
  'service-principals': { title: 'Service principals', show: ServicePrincipals, admin: true },
  'all-tokens': { title: 'Everybody’s tokens', show: AllTokens, admin: true },
}

/** What is one's own, and what the administrator looks after. */
export function SettingsPage({ section }: { section: string }) {
  const styles = useStyles()
  const here = useHere()
  const at = section in parts ? section : 'tokens'
  const part = parts[at]
  const Show = part?.show ?? Tokens
  const shown = (admin: boolean) => Object.entries(parts).filter(([, one]) => (one.admin ?? false) === admin)
  const list = (admin: boolean, label: string) => (
    <nav aria-label={label} className={styles.list}>
      {shown(admin).map(([name, { title }]) => <Entry key={name} name={name} title={title} on={name === at} />)}
    </nav>
  )
  return (
    <Page title="Settings">
      <div className={styles.both}>
        <div>
          <p className={styles.heading}>Mine</p>{list(false, 'My settings')}
          {here?.me.admin && <><p className={styles.heading}>Administration</p>{list(true, 'Administration')}</>}
        </div>
        {part?.admin && here && !here.me.admin ? <Empty title="For administrators" text="Ask an administrator of this workspace to look after users, groups and service principals." /> : <Show />}
      </div>
    </Page>
  )
}

function Entry({ name, title, on }: { name: string; title: string; on: boolean }) {
  const styles = useStyles()
  return <a className={mergeClasses(styles.entry, on && styles.on)} {...(on ? { 'aria-current': 'page' as const } : {})} {...useHref(`/settings/${name}`)}>{title}</a>
}
