/** HTML that is already safe. */
export type Html = { readonly html: string }
type Part = string | number | Html | readonly Html[] | undefined

const escape = (text: string) => text.replaceAll(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`)
const text = (part: Part): string =>
  part === undefined
    ? ''
    : typeof part === 'object'
      ? 'html' in part
        ? part.html
        : part.map((each) => each.html).join('')
      : escape(String(part))

/** A template whose holes are escaped unless they are `Html` themselves. */
export const html = (strings: TemplateStringsArray, ...parts: readonly Part[]): Html => ({
  html: strings.reduce((all, string, index) => all + text(parts[index - 1]) + string),
})

/** Inline styles only, nothing from elsewhere; forms go to ourselves. */
export const pageHeaders = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
  'referrer-policy': 'no-referrer',
  'x-frame-options': 'DENY',
}

const style = `
:root { color-scheme: light dark; --ink: #242424; --soft: #616161; --line: #e0e0e0; --ground: #f5f5f5; --card: #fff; --accent: #0f6cbd; --good: #0e700e; --bad: #b10e1c; --busy: #835c00 }
@media (prefers-color-scheme: dark) { :root { --ink: #fff; --soft: #adadad; --line: #424242; --ground: #1f1f1f; --card: #292929; --accent: #62abf5; --good: #54b054; --bad: #f1707b; --busy: #f2c661 } }
* { box-sizing: border-box } body { margin: 0; font: 14px/1.5 'Segoe UI', system-ui, sans-serif; color: var(--ink); background: var(--ground) }
header { display: flex; gap: 16px; align-items: center; padding: 12px 32px; background: var(--card); border-bottom: 1px solid var(--line) } header b { font-size: 16px; flex: 1 }
main { max-width: 960px; margin: 24px auto; padding: 0 24px; display: grid; gap: 16px } section { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 20px 24px }
h1 { font-size: 24px; margin: 0 0 4px; font-weight: 600 } h2 { font-size: 16px; margin: 0 0 12px; font-weight: 600 } p { margin: 4px 0 } .soft { color: var(--soft) } a { color: var(--accent) }
table { width: 100%; border-collapse: collapse } th { text-align: left; font-weight: 400; color: var(--soft) } td, th { padding: 8px 12px 8px 0; border-top: 1px solid var(--line); vertical-align: top } tr:first-child > th { border-top: 0 } td:first-child, td:nth-child(4) { white-space: nowrap }
dl { display: grid; grid-template-columns: 180px 1fr; gap: 6px; margin: 0 } dt { color: var(--soft) } dd { margin: 0; overflow-wrap: anywhere }
button, .button { font: inherit; padding: 5px 14px; border-radius: 4px; border: 1px solid var(--line); background: var(--card); color: var(--ink); cursor: pointer; text-decoration: none; display: inline-block }
.primary { background: var(--accent); border-color: var(--accent); color: #fff } input, select { font: inherit; padding: 5px 8px; border-radius: 4px; border: 1px solid var(--line); background: var(--card); color: var(--ink) }
form.row { display: flex; gap: 8px; flex-wrap: wrap; margin-top: 12px; align-items: end } label { display: grid; gap: 2px; color: var(--soft) } code { font-family: 'Cascadia Mono', Consolas, monospace; background: var(--ground); padding: 2px 6px; border-radius: 4px; overflow-wrap: anywhere }
.RUNNING { color: var(--good) } .ERROR { color: var(--bad) } .PENDING, .RESTARTING, .RESIZING, .TERMINATING { color: var(--busy) } .notice { border-left: 4px solid var(--accent) } .trouble { border-left: 4px solid var(--bad) }`

/** A whole page. `refresh`: seconds until it asks again, for pages that show something on its way. */
export const page = (options: { title: string; header: Html; body: Html; refresh?: number | undefined }): string =>
  html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <title>${options.title}</title>
        ${options.refresh === undefined ? undefined : html`<meta http-equiv="refresh" content="${options.refresh}" />`}
        <style>
          ${{ html: style }}
        </style>
      </head>
      <body>
        <header>${options.header}</header>
        <main>${options.body}</main>
      </body>
    </html>`.html
