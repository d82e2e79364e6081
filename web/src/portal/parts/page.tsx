import { Breadcrumb, BreadcrumbButton, BreadcrumbDivider, BreadcrumbItem, makeStyles, mergeClasses, Text, tokens } from '@fluentui/react-components'
import { Fragment, useEffect, type ReactNode } from 'react'
import type { IconName } from '../arm/kinds.ts'
import { Icon } from './icon.tsx'
import { useRouter } from '@tanstack/react-router'

const useStyles = makeStyles({
  page: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalM, padding: `${tokens.spacingVerticalM} ${tokens.spacingHorizontalXXL} ${tokens.spacingVerticalXXXL}`, minWidth: 0, '@media (max-width: 480px)': { padding: `${tokens.spacingVerticalS} ${tokens.spacingHorizontalL} ${tokens.spacingVerticalXXL}` } },
  head: { display: 'flex', alignItems: 'center', gap: tokens.spacingHorizontalM, minWidth: 0 },
  title: { margin: 0, fontSize: tokens.fontSizeBase600, lineHeight: tokens.lineHeightBase600, fontWeight: tokens.fontWeightSemibold, overflowWrap: 'anywhere' },
  kind: { color: tokens.colorNeutralForeground2 },
  commands: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalXS, alignItems: 'center', borderBottom: `1px solid ${tokens.colorNeutralStroke2}`, paddingBottom: tokens.spacingVerticalS },
  card: { border: `1px solid ${tokens.colorNeutralStroke2}`, borderRadius: tokens.borderRadiusLarge, padding: tokens.spacingHorizontalL, backgroundColor: tokens.colorNeutralBackground1, display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalS, minWidth: 0 },
  heading: { margin: 0, fontSize: tokens.fontSizeBase400, lineHeight: tokens.lineHeightBase400, fontWeight: tokens.fontWeightSemibold },
  crumbs: { flexWrap: 'wrap' },
})
export type Crumb = { title: string; to: string }

/** A page: where one is, what it is called, what can be done, and the rest. */
export function Page({ title, kind, icon, crumbs = [], commands, children }: { title: string; kind?: string; icon?: IconName; crumbs?: readonly Crumb[]; commands?: ReactNode; children: ReactNode }) {
  const s = useStyles()
  const router = useRouter()
  useEffect(() => { document.title = `${title} – Brickyard` }, [title])
  return (
    <div className={s.page}>
      {crumbs.length > 0 && (
        <Breadcrumb aria-label="Where you are" size="small" className={s.crumbs}>
          {crumbs.map((crumb) => (
            <Fragment key={crumb.to}>
              <BreadcrumbItem><BreadcrumbButton href={crumb.to} onClick={(event) => { if (event.ctrlKey || event.metaKey) return; event.preventDefault(); void router.navigate({ href: crumb.to }) }}>{crumb.title}</BreadcrumbButton></BreadcrumbItem>
              <BreadcrumbDivider />
            </Fragment>
          ))}
        </Breadcrumb>
      )}
      <div className={s.head}>
        {icon && <Icon name={icon} size={36} />}
        <div><h1 className={s.title}>{title}</h1>{kind && <Text size={200} className={s.kind}>{kind}</Text>}</div>
      </div>
      {commands && <div className={s.commands} role="toolbar" aria-label="Commands">{commands}</div>}
      {children}
    </div>
  )
}

/** A part of a page under a heading of its own. */
export function Card({ title, children, className, aside }: { title?: string; children: ReactNode; className?: string; aside?: ReactNode }) {
  const s = useStyles()
  return <section className={mergeClasses(s.card, className)}>{(title || aside) && <div style={{ display: 'flex', alignItems: 'center', gap: 8, justifyContent: 'space-between' }}>{title && <h2 className={s.heading}>{title}</h2>}{aside}</div>}{children}</section>
}
