import { html, type Html } from './html.ts'
import { style, styleHash } from './style.ts'

export type Page = { title: string; body: Html; wide?: boolean; status?: number; /** Where forms of this page may lead, besides here. */ formsTo?: readonly string[] }

const logo = html`<svg width="26" height="26" viewBox="0 0 26 26" aria-hidden="true"><g fill="#952b1c"><rect x="1" y="3" width="11" height="6" rx="1.2"/><rect x="14" y="3" width="11" height="6" rx="1.2"/><rect x="1" y="17" width="11" height="6" rx="1.2"/><rect x="14" y="17" width="11" height="6" rx="1.2"/></g><g fill="#cb4f39"><rect x="1" y="10" width="4.5" height="6" rx="1.2"/><rect x="7.5" y="10" width="11" height="6" rx="1.2"/><rect x="20.5" y="10" width="4.5" height="6" rx="1.2"/></g></svg>`
const icon = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 26 26'%3E%3Cg fill='%23952b1c'%3E%3Cpath d='M1 3h11v6H1zM14 3h11v6H14zM1 17h11v6H1zM14 17h11v6H14z'/%3E%3C/g%3E%3Cpath fill='%23cb4f39' d='M1 10h4.5v6H1zM7.5 10h11v6h-11zM20.5 10H25v6h-4.5z'/%3E%3C/svg%3E"

/** A whole document. Nothing is fetched from elsewhere and no script runs. */
export function document(page: Page, tenantName: string): string {
  const head = html`<meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><meta name="robots" content="noindex"><title>${page.title}</title><link rel="icon" href="${icon}">`
  const body = html`<main><div class="card${page.wide ? ' wide' : ''}"><div class="brand">${logo}<span>${tenantName}</span></div>${page.body}</div></main><footer>Your account and your data stay on this installation.</footer>`
  return `<!doctype html><html lang="en"><head>${head.markup}<style>${style}</style></head><body>${body.markup}</body></html>`
}

/** Chromium applies `form-action` to the redirects after a form too, so a page must name the application it will lead to. */
export function pageHeaders(formsTo: readonly string[] = []): Record<string, string> {
  const policy = ["default-src 'none'", `style-src ${styleHash}`, 'script-src', 'img-src data:', `form-action ${["'self'", ...formsTo].join(' ')}`, "frame-ancestors 'none'", "base-uri 'none'"]
  return {
    'content-security-policy': policy.join('; '),
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'referrer-policy': 'same-origin',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
  }
}

/** Where a redirect URI leads, as `form-action` wants it. */
export const originOf = (uri: string | undefined): string[] => {
  const url = uri === undefined ? null : URL.parse(uri)
  return url ? [url.origin === 'null' ? url.protocol : url.origin] : []
}

export const firstLetter = (name: string) => (name.trim()[0] ?? '?').toUpperCase()
export const tick = html`<svg width="16" height="16" viewBox="0 0 16 16" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true"><path d="M3 8.5l3.2 3.2L13 5"/></svg>`
