import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components'
import { createLink, type LinkComponent } from '@tanstack/react-router'
import type { AnchorHTMLAttributes, ReactNode, Ref } from 'react'
import { kindOf } from '../arm/kinds.ts'
import { nameOf, partsOf } from '../arm/ids.ts'
import { Icon } from './icon.tsx'

const useStyles = makeStyles({
  link: { color: tokens.colorBrandForegroundLink, textDecorationLine: 'none', overflowWrap: 'anywhere', ':hover': { textDecorationLine: 'underline', color: tokens.colorBrandForegroundLinkHover }, ':focus-visible': { outline: `2px solid ${tokens.colorStrokeFocus2}`, outlineOffset: '2px', borderRadius: tokens.borderRadiusSmall } },
  // Beside other text a link must not be told by its colour alone.
  out: { textDecorationLine: 'underline' },
  row: { display: 'inline-flex', verticalAlign: 'middle', alignItems: 'center', gap: tokens.spacingHorizontalS, minWidth: 0 },
})

function Anchor({ ref, className, ...rest }: AnchorHTMLAttributes<HTMLAnchorElement> & { ref?: Ref<HTMLAnchorElement> }) {
  const s = useStyles()
  return <a ref={ref} className={className || s.link} {...rest} />
}
const RoutedAnchor = createLink(Anchor)
// A link to where one is (or above it) looks like any other.
const asAny = { className: '' }
/** A link within the portal. */
export const Go: LinkComponent<typeof Anchor> = (props) => <RoutedAnchor preload={false} activeProps={asAny} {...props} />

/** A link out of the portal: the directory's account page, a workspace. */
export function Out({ href, children, here = false }: { href: string; children: ReactNode; here?: boolean }) {
  const s = useStyles()
  return <a className={mergeClasses(s.link, s.out)} href={href} {...(here ? {} : { target: '_blank', rel: 'noreferrer' })}>{children}</a>
}

/** The way to a resource, with its kind's picture. */
export function ResourceLink({ id, type, name, picture = true }: { id: string; type?: string; name?: string; picture?: boolean }) {
  const s = useStyles()
  const kind = kindOf(type ?? partsOf(id).type)
  return (
    <span className={s.row}>
      {picture && <Icon name={kind.icon} />}
      <Go to="/resource/$" params={{ _splat: id.replace(/^\//, '') }}>{name ?? nameOf(id)}</Go>
    </span>
  )
}
