import type { NotebookDocument } from '../../notebooks/document.ts'

const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')

/** A notebook to read and print: its cells as text. It runs nothing and loads nothing, whatever the cells say. */
export function toHtml({ language, cells }: NotebookDocument, name: string): string {
  const shown = cells.map(({ source, title }, index) => {
    const head = title ? `<h2>${escaped(title)}</h2>` : ''
    const markdown = /^\s*%md\b[^\S\n]*\n?/.exec(source)
    const body = markdown
      ? `<div class="md">${escaped(source.slice(markdown[0].length))}</div>`
      : `<pre><code>${escaped(source)}</code></pre>`
    return `<section id="cell-${index + 1}">${head}${body}</section>`
  })
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escaped(name)}</title>
<style>
body { font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color-scheme: light dark; }
pre { background: color-mix(in srgb, currentColor 6%, transparent); padding: .75rem; overflow-x: auto; border-radius: 4px; }
.md { white-space: pre-wrap; }
</style>
</head>
<body>
<h1>${escaped(name)} <small>(${language.toLowerCase()})</small></h1>
${shown.join('\n')}
</body>
</html>
`
}
