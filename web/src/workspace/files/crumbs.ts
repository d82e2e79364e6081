import type { Crumb } from '#web/kit/page.tsx'
import { encoded } from './objects.ts'

/** The folders above a path, from the root. */
export function crumbsOf(path: string): Crumb[] {
  if (path === '/') return []
  const names = path.split('/').slice(1, -1)
  return [{ title: 'Workspace', href: '/workspace/' }, ...names.map((name, index) => ({ title: name, href: `/workspace${encoded(`/${names.slice(0, index + 1).join('/')}`)}` }))]
}
