import { makeStyles, tokens } from '@fluentui/react-components'
import { BookAddRegular, CompassNorthwestRegular, DismissRegular, FolderRegular, ServerRegular } from '@fluentui/react-icons'
import { useQuery } from '@tanstack/react-query'
import { useState, type ReactNode } from 'react'
import { api } from '#web/api/generated/workspace.ts'
import { IconButton } from '#web/kit/button.tsx'
import { Link, LinkButton, OutLink, useHref } from '#web/kit/link.tsx'
import { CopyText } from '#web/kit/copy-text.tsx'
import { Facts, Page, Section } from '#web/kit/page.tsx'
import { RelativeTime } from '#web/kit/relative-time.tsx'
import { StateBadge } from '#web/kit/state-badge.tsx'
import { Empty, ErrorState, Loading } from '#web/kit/states.tsx'
import { nameOf, stateOf, useClusters } from '../compute/clusters.ts'
import { icons } from '../files/icons.tsx'
import { hrefOf } from '../files/objects.ts'
import { inPortal, useHere } from '../here.ts'

const useStyles = makeStyles({
  quick: { display: 'grid', gridTemplateColumns: 'repeat(auto-fit, minmax(min(100%, 220px), 1fr))', gap: '16px' },
  card: { display: 'flex', flexDirection: 'row', alignItems: 'center', gap: '14px', padding: '16px', textDecorationLine: 'none', color: tokens.colorNeutralForeground1, border: `1px solid ${tokens.colorNeutralStroke2}`, borderRadius: tokens.borderRadiusXLarge, backgroundColor: tokens.colorNeutralBackground1, boxShadow: tokens.shadow2, ':hover': { boxShadow: tokens.shadow8, backgroundColor: tokens.colorNeutralBackground1Hover } },
  big: { fontSize: '28px', lineHeight: 0, color: tokens.colorBrandForeground1 },
  strong: { fontWeight: tokens.fontWeightSemibold, display: 'block' },
  soft: { color: tokens.colorNeutralForeground3, fontSize: tokens.fontSizeBase200, overflowWrap: 'anywhere' },
  grid: { display: 'grid', gridTemplateColumns: 'repeat(auto-fit, minmax(min(100%, 420px), 1fr))', gap: '20px', alignItems: 'start' },
  list: { listStyleType: 'none', margin: 0, padding: 0, display: 'flex', flexDirection: 'column' },
  row: { display: 'grid', gridTemplateColumns: '24px minmax(0, 1fr) auto', gap: '12px', alignItems: 'center', padding: '8px 0', borderBottom: `1px solid ${tokens.colorNeutralStroke3}` },
  icon: { display: 'inline-flex', fontSize: '20px', color: tokens.colorNeutralForeground3 },
  banner: { display: 'flex', gap: '16px', alignItems: 'center', padding: '20px', borderRadius: tokens.borderRadiusXLarge, backgroundColor: tokens.colorBrandBackground2, color: tokens.colorNeutralForeground1, flexWrap: 'wrap' },
  grow: { flex: '1 1 240px' },
})
const bannerKey = 'brickyard-tour-dismissed'

/** Where one begins: what one worked on, what runs, and what to make next. */
export function HomePage() {
  const styles = useStyles()
  const here = useHere()
  const home = here ? `/Users/${here.me.user_name}` : undefined
  const [hidden, setHidden] = useState(() => localStorage.getItem(bannerKey) === '1')
  const hide = () => {
    localStorage.setItem(bannerKey, '1')
    setHidden(true)
  }
  return (
    <Page title={here ? `Welcome, ${here.me.display_name}` : 'Welcome'} subtitle={here && `${here.workspace.name} in ${here.workspace.location}`}>
      {!hidden && (
        <section className={styles.banner} aria-label="Guided tour">
          <span className={styles.big} aria-hidden><CompassNorthwestRegular /></span>
          <span className={styles.grow}><span className={styles.strong}>New here? Take the guided tour.</span>From an empty workspace to answers about every flight that left New York in 2013, on a cluster of your own. About ten minutes.</span>
          <LinkButton href="/tour" appearance="primary">Start the tour</LinkButton>
          <IconButton label="Do not show this again" icon={<DismissRegular />} onClick={hide} />
        </section>
      )}
      <div className={styles.quick}>
        <Quick href={home === undefined ? '/workspace' : `/workspace${home}?create=notebook`} icon={<BookAddRegular />} title="New notebook" text="Python, SQL, Markdown, Scala" />
        <Quick href="/compute/new" icon={<ServerRegular />} title="New cluster" text="Machines that run Spark" />
        <Quick href="/workspace" icon={<FolderRegular />} title="My files" text="Upload, import, organise" />
      </div>
      <div className={styles.grid}>
        <Section title="Lately changed"><Recent home={home} /></Section>
        <Section title="Clusters" actions={<Link href="/compute">All clusters</Link>}><Clusters /></Section>
      </div>
      {here && (
        <Section title="About this workspace" actions={<OutLink href={inPortal(here.portal_url, here.workspace.resource_id)}>In the portal</OutLink>}>
          <Facts facts={[
            ['URL', <CopyText key="url" text={here.workspace.url} />],
            ['Workspace id', <CopyText key="id" text={here.workspace.id} />],
            ['Region', here.workspace.location], ['Tier', here.workspace.tier],
            ['Resource', here.workspace.resource_id],
            ['You are', here.me.admin ? 'an administrator' : 'a member'],
            ['Your account', <OutLink key="account" href={here.portal_url}>lives in the directory; manage it in the portal</OutLink>],
          ]} />
        </Section>
      )}
    </Page>
  )
}

function Quick({ href, icon, title, text }: { href: string; icon: ReactNode; title: string; text: string }) {
  const styles = useStyles()
  return (
    <a className={styles.card} {...useHref(href)}>
      <span className={styles.big} aria-hidden>{icon}</span>
      <span><span className={styles.strong}>{title}</span><span className={styles.soft}>{text}</span></span>
    </a>
  )
}

function Recent({ home }: { home: string | undefined }) {
  const styles = useStyles()
  const query = useQuery({ queryKey: ['files', 'recent', home], enabled: home !== undefined, queryFn: ({ signal }) => recent(home ?? '/', signal) })
  if (query.error) return <ErrorState error={query.error} retry={query.refetch} title="Your files cannot be listed" />
  if (!query.data) return <Loading lines={4} />
  if (query.data.length === 0) return <Empty title="Nothing yet" text="Notebooks and files that you make appear here." />
  return (
    <ul className={styles.list} aria-label="Lately changed">
      {query.data.map((item) => (
        <li key={item.object_id} className={styles.row}>
          <span className={styles.icon} aria-hidden>{icons[item.object_type]}</span>
          <span><Link href={hrefOf(item)}>{item.name}</Link><br /><span className={styles.soft}>{item.path}</span></span>
          <span className={styles.soft}><RelativeTime at={item.modified_at} /></span>
        </li>
      ))}
    </ul>
  )
}

/** What changed last in one's own folder, two folders deep; the trash does not count. */
async function recent(home: string, signal: AbortSignal) {
  const top = (await api.objectsBrowser.browse({ query: { path: home } }, signal)).objects.filter((item) => item.name !== 'Trash')
  const below = await Promise.all(top.filter((item) => item.object_type === 'DIRECTORY').slice(0, 20).map((item) => api.objectsBrowser.browse({ query: { path: item.path } }, signal).then((found) => found.objects, () => [])))
  return [...top, ...below.flat()].filter((item) => item.object_type !== 'DIRECTORY').toSorted((a, b) => b.modified_at - a.modified_at).slice(0, 8)
}

function Clusters() {
  const styles = useStyles()
  const clusters = useClusters()
  if (clusters.error && !clusters.data) return <ErrorState error={clusters.error} retry={clusters.refetch} title="The clusters cannot be listed" />
  if (!clusters.data) return <Loading lines={4} />
  if (clusters.data.length === 0) return <Empty title="No clusters yet" text="A notebook needs one to run." action={<LinkButton href="/compute/new">Create cluster</LinkButton>} />
  const shown = clusters.data.toSorted((a, b) => Number(stateOf(b) === 'RUNNING') - Number(stateOf(a) === 'RUNNING') || b.start_time - a.start_time).slice(0, 6)
  return (
    <ul className={styles.list} aria-label="Clusters">
      {shown.map((cluster) => (
        <li key={cluster.cluster_id} className={styles.row}>
          <span className={styles.icon} aria-hidden><ServerRegular /></span>
          <span><Link href={`/compute/${cluster.cluster_id}`}>{nameOf(cluster)}</Link></span>
          <StateBadge state={stateOf(cluster)} />
        </li>
      ))}
    </ul>
  )
}
