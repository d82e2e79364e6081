/**
 * The page in which HTML that a cell made runs. `sandbox` without `allow-same-origin` gives it an origin of its own: no cookies,
 * no storage, no way into the page around it, no forms, no windows, no navigation of the top. Nothing is loaded from anywhere.
 * Source: CSP 3 §6.3.2 (sandbox), HTML §4.8.5 (sandboxed origin browsing context).
 */
export const outputFrameHeaders = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': [
    'sandbox allow-scripts', "default-src 'none'", "script-src 'unsafe-inline' 'unsafe-eval'", "style-src 'unsafe-inline'", 'img-src data: blob:', 'font-src data:', 'media-src data: blob:', "worker-src 'none'",
    "connect-src 'none'", "frame-src 'none'", "form-action 'none'", "base-uri 'none'", "frame-ancestors 'self'",
  ].join('; '),
  'permissions-policy': 'camera=(), microphone=(), geolocation=(), clipboard-read=(), clipboard-write=(), display-capture=(), fullscreen=(), payment=(), usb=()',
  'x-frame-options': 'SAMEORIGIN',
  'x-dns-prefetch-control': 'off',
  'referrer-policy': 'no-referrer',
  // The same for everybody and without anything of anybody.
  'cache-control': 'public, max-age=300',
} as const

/** It asks its parent for what to show, once, and tells how high that is. Scripts in it run: that is what the sandbox is for. */
export const outputFramePage = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Output of a cell</title>
<style>
:root { color-scheme: light; --ink: #242424; --line: #d6d6d6; --band: #f5f5f5; --link: #0f6cbd }
:root.dark { color-scheme: dark; --ink: #f0f0f0; --line: #4a4a4a; --band: #2d2d2d; --link: #82c0ff }
html { background: transparent }
body { margin: 0; padding: 1px; font: 13px/1.5 'Segoe UI', system-ui, sans-serif; color: var(--ink); overflow-wrap: break-word }
a { color: var(--link) }
table { border-collapse: collapse; font-variant-numeric: tabular-nums } th, td { padding: 3px 10px; border: 1px solid var(--line); text-align: right } th { background: var(--band) } tbody tr:nth-child(even) { background: var(--band) }
img, svg, canvas { max-width: 100% }
</style>
</head>
<body>
<script>
(() => {
  const tell = (message) => parent.postMessage(message, '*')
  let last = -1
  const measure = () => {
    const height = Math.ceil(Math.max(document.body ? document.body.getBoundingClientRect().height : 0, document.body ? document.body.scrollHeight : 0))
    if (height !== last) tell({ type: 'height', height: last = height })
  }
  addEventListener('message', function show({ source, data }) {
    if (source !== parent || !data || data.type !== 'show') return
    removeEventListener('message', show)
    document.documentElement.classList.toggle('dark', data.dark === true)
    // Unlike innerHTML, a contextual fragment runs its scripts (DOM Parsing, createContextualFragment).
    const range = document.createRange()
    range.selectNodeContents(document.body)
    document.body.replaceChildren(range.createContextualFragment(String(data.html)))
    new ResizeObserver(measure).observe(document.body)
    addEventListener('load', measure, true)
    measure()
  })
  tell({ type: 'ready' })
})()
</script>
</body>
</html>
`
