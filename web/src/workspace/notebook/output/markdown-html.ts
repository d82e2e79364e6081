import DOMPurify from 'dompurify'
import { marked } from 'marked'

/** Markdown as harmless elements: no scripts, no forms, no styles, no names that could shadow the page's own. */
export function markdownFragment(source: string): DocumentFragment {
  const html = marked.parse(source, { async: false, gfm: true })
  const fragment = DOMPurify.sanitize(html, {
    RETURN_DOM_FRAGMENT: true,
    USE_PROFILES: { html: true },
    FORBID_TAGS: ['style', 'form', 'input', 'button', 'textarea', 'select', 'iframe', 'object', 'embed', 'video', 'audio'],
    FORBID_ATTR: ['style', 'class', 'id', 'name', 'target', 'srcset'],
    SANITIZE_NAMED_PROPS: true,
  })
  for (const link of fragment.querySelectorAll('a[href]')) {
    const href = link.getAttribute('href') ?? ''
    if (href.startsWith('#')) continue
    link.setAttribute('target', '_blank')
    link.setAttribute('rel', 'noopener noreferrer')
  }
  for (const table of fragment.querySelectorAll('table')) {
    table.setAttribute('tabindex', '0')
  }
  return fragment
}
