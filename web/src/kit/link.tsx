import { Button as FluentButton, Link as FluentLink, type ButtonProps, type LinkProps } from '@fluentui/react-components'
import { useRouter } from '@tanstack/react-router'
import type { MouseEvent, ReactNode } from 'react'

/** Goes to an address of this application without loading the page anew. */
export function useGo(): (href: string) => void {
  const router = useRouter()
  return (href) => router.history.push(href)
}

/** A real address, so that middle click and "copy link" work; a plain click stays within the application. */
export function useHref(href: string): { href: string; onClick(event: MouseEvent): void; onMouseEnter(): void } {
  const router = useRouter()
  return {
    href,
    onClick(event) {
      if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
      event.preventDefault()
      router.history.push(href)
    },
    // The page's own code is loaded while the finger is still moving.
    onMouseEnter: () => void router.preloadRoute({ to: href.replace(/[?#].*/, '') }).catch(() => {}),
  }
}

type In = { href: string; children: ReactNode }
/** A link within this application. */
export function Link({ href, children, ...more }: In & Pick<LinkProps, 'className' | 'appearance' | 'aria-label' | 'aria-current' | 'title'>) {
  return <FluentLink {...more} {...useHref(href)}>{children}</FluentLink>
}

/** A link to another place: the portal, a document. Opens in a tab of its own. */
export function OutLink({ href, children }: In) {
  return <FluentLink href={href} target="_blank" rel="noreferrer">{children}</FluentLink>
}

/** A link that looks like a button. */
export function LinkButton({ href, children, ...more }: In & Pick<ButtonProps, 'appearance' | 'icon' | 'size' | 'className'>) {
  return <FluentButton as="a" {...more} {...useHref(href)}>{children}</FluentButton>
}
