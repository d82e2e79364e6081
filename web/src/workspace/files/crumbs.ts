import type { Crumb } from '#web/kit/page.tsx'
import { folderHref } from './objects.ts'

/** The folders above a path, from the root. */
export function crumbsOf(path: string): Crumb[] {
  if (path === '/') return []
  const names = path.split('/').slice(1, -1)
  return [{ title: 'Workspace', href: folderHref('/') }, ...names.map((name, index) => ({ title: name, href: folderHref(`/${names.slice(0, index + 1).join('/')}`) }))]
}
