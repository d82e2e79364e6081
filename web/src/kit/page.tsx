import { makeStyles, mergeClasses, Text, tokens } from '@fluentui/react-components'
import { Fragment, useEffect, useRef, type ReactNode } from 'react'
import { Link } from './link.tsx'

export type Crumb = { title: string; href?: string }
export type PageProps = {
  title: string
  /** Beside the title, e.g. a StateBadge. */
  badge?: ReactNode
  /** One line under the title. */
  subtitle?: ReactNode
  /** Where this page stands; the page itself is not in it. */
  breadcrumb?: readonly Crumb[]
  actions?: ReactNode
  /** Text to read or a form: not wider than reads well. */
  narrow?: boolean
  children: ReactNode
}

const useStyles = makeStyles({
  page: { display: 'flex', flexDirection: 'column', gap: '20px', padding: '24px 32px 48px', maxWidth: '1440px', marginInline: 'auto', width: '100%', boxSizing: 'border-box', minWidth: 0, '@media (max-width: 640px)': { padding: '16px 16px 40px', gap: '16px' } },
  narrow: { maxWidth: '960px' },
  head: { display: 'flex', flexWrap: 'wrap', alignItems: 'flex-start', gap: '12px 24px', justifyContent: 'space-between' },
  titles: { display: 'flex', flexDirection: 'column', gap: '4px', minWidth: 0, flex: '1 1 320px' },
  line: { display: 'flex', alignItems: 'center', gap: '12px', flexWrap: 'wrap', minWidth: 0 },
  title: { margin: 0, outlineStyle: 'none', overflowWrap: 'anywhere', fontFamily: tokens.fontFamilyBase, fontSize: tokens.fontSizeHero700, lineHeight: tokens.lineHeightHero700, fontWeight: tokens.fontWeightSemibold, '@media (max-width: 640px)': { fontSize: tokens.fontSizeBase600, lineHeight: tokens.lineHeightBase600 } },
  soft: { color: tokens.colorNeutralForeground2 },
  crumbs: { display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: '6px', listStyleType: 'none', margin: 0, padding: 0, fontSize: tokens.fontSizeBase200, color: tokens.colorNeutralForeground3 },
  actions: { display: 'flex', flexWrap: 'wrap', gap: '8px', alignItems: 'center', paddingTop: '2px' },
})

let arrivedBefore = false

/** A page: title, where it stands, what can be done, and the rest. It takes the focus when one comes from another page. */
export function Page({ title, badge, subtitle, breadcrumb = [], actions, narrow = false, children }: PageProps) {
  const styles = useStyles()
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    document.title = `${title} · Brickyard`
  }, [title])
  useEffect(() => {
    // The first page keeps the browser's own focus; a dialog that opened the page keeps its own.
    if (arrivedBefore && !document.querySelector('[role=dialog]')) heading.current?.focus({ preventScroll: true })
    arrivedBefore = true
  }, [])
  return (
    <div className={mergeClasses(styles.page, narrow && styles.narrow)}>
      <div className={styles.head}>
        <div className={styles.titles}>
          {breadcrumb.length > 0 && <Breadcrumb crumbs={breadcrumb} />}
          <div className={styles.line}>
            <h1 ref={heading} tabIndex={-1} className={styles.title}>{title}</h1>
            {badge}
          </div>
          {subtitle !== undefined && <Text className={styles.soft}>{subtitle}</Text>}
        </div>
        {actions !== undefined && <div className={styles.actions} role="group" aria-label="Actions">{actions}</div>}
      </div>
      {children}
    </div>
  )
}

/** The way from the top to here. */
export function Breadcrumb({ crumbs }: { crumbs: readonly Crumb[] }) {
  const styles = useStyles()
  return (
    <nav aria-label="Breadcrumb">
      <ol className={styles.crumbs}>
        {crumbs.map((crumb, index) => (
          <Fragment key={`${crumb.href ?? ''}${crumb.title}`}>
            {index > 0 && <li aria-hidden>›</li>}
            <li>{crumb.href === undefined ? crumb.title : <Link href={crumb.href}>{crumb.title}</Link>}</li>
          </Fragment>
        ))}
      </ol>
    </nav>
  )
}

const useSections = makeStyles({
  section: { display: 'flex', flexDirection: 'column', gap: '12px', minWidth: 0, backgroundColor: tokens.colorNeutralBackground1, border: `1px solid ${tokens.colorNeutralStroke2}`, borderRadius: tokens.borderRadiusXLarge, padding: '20px', boxShadow: tokens.shadow2, '@media (max-width: 640px)': { padding: '16px' } },
  head: { display: 'flex', flexWrap: 'wrap', gap: '8px 16px', alignItems: 'center', justifyContent: 'space-between' },
  title: { margin: 0, fontSize: tokens.fontSizeBase400, lineHeight: tokens.lineHeightBase400, fontWeight: tokens.fontWeightSemibold },
  text: { color: tokens.colorNeutralForeground3, margin: 0 },
  actions: { display: 'flex', gap: '8px', flexWrap: 'wrap' },
})

/** A card with a heading of its own. */
export function Section({ title, text, actions, children }: { title: string; text?: ReactNode; actions?: ReactNode; children: ReactNode }) {
  const styles = useSections()
  return (
    <section className={styles.section} aria-label={title}>
      <div className={styles.head}>
        <div>
          <h2 className={styles.title}>{title}</h2>
          {text !== undefined && <p className={styles.text}>{text}</p>}
        </div>
        {actions !== undefined && <div className={styles.actions}>{actions}</div>}
      </div>
      {children}
    </section>
  )
}

const useFacts = makeStyles({
  facts: { display: 'grid', gridTemplateColumns: 'minmax(120px, max-content) minmax(0, 1fr)', gap: '8px 24px', margin: 0, '@media (max-width: 640px)': { gridTemplateColumns: 'minmax(0, 1fr)', gap: '2px' } },
  name: { color: tokens.colorNeutralForeground3, '@media (max-width: 640px)': { marginTop: '8px' } },
  value: { margin: 0, overflowWrap: 'anywhere' },
})

/** Names and values, one a line. A value that is undefined is left out. */
export function Facts({ facts }: { facts: readonly (readonly [name: string, value: ReactNode])[] }) {
  const styles = useFacts()
  return (
    <dl className={styles.facts}>
      {facts.filter(([, value]) => value !== undefined).map(([name, value]) => (
        <Fragment key={name}>
          <dt className={styles.name}>{name}</dt>
          <dd className={styles.value}>{value}</dd>
        </Fragment>
      ))}
    </dl>
  )
}
