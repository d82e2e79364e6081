/** What a person sees of a page: its title, its words and its forms. Enough HTML for pages without scripts. */
export type Page = { url: string; status: number; title: string; text: string; forms: Form[] }
export type Form = { action: string; method: 'GET' | 'POST'; fields: Field[]; buttons: Button[] }
export type Field = { name: string; value: string; type: string }
export type Button = { name: string; value: string; label: string }

export function readPage(url: string, status: number, html: string): Page {
  const body = html.replaceAll(/<(style|script|head)\b.*?<\/\1>/gis, '')
  return {
    url,
    status,
    title: words(/<title[^>]*>(.*?)<\/title>/is.exec(html)?.[1] ?? ''),
    text: words(body),
    forms: [...body.matchAll(/<form\b([^>]*)>(.*?)<\/form>/gis)].map(([, attributes = '', inner = '']) => readForm(url, attributes, inner)),
  }
}

function readForm(url: string, attributes: string, inner: string): Form {
  const named = [...inner.matchAll(/<input\b([^>]*)>/gi)].map(([, text = '']) => attributesOf(text)).filter((input) => input.name !== undefined)
  const counted = named.filter((input) => !['submit', 'button'].includes(input.type ?? '') && (!['checkbox', 'radio'].includes(input.type ?? '') || 'checked' in input))
  const buttons = [...inner.matchAll(/<button\b([^>]*)>(.*?)<\/button>/gis)].map(([, text = '', label = '']) => ({ attributes: attributesOf(text), label: words(label) }))
  const { action = url, method = 'get' } = attributesOf(attributes)
  return {
    action: new URL(action, url).href,
    method: method.toLowerCase() === 'post' ? 'POST' : 'GET',
    fields: counted.map((input) => ({ name: input.name ?? '', value: input.value ?? '', type: input.type ?? 'text' })),
    buttons: buttons.map(({ attributes: { name = '', value = '' }, label }) => ({ name, value, label })),
  }
}

function attributesOf(text: string): Record<string, string | undefined> {
  return Object.fromEntries([...text.matchAll(/([\w-]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+)))?/g)].map(([, name = '', double, single, bare]) => [name.toLowerCase(), decode(double ?? single ?? bare ?? '')]))
}

const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' }
const decode = (text: string) => text.replaceAll(/&(?:#(\d+)|#x([\da-f]+)|(\w+));/gi, (whole, decimal, hex, name) =>
  decimal ? String.fromCodePoint(Number(decimal)) : hex ? String.fromCodePoint(parseInt(hex, 16)) : (entities[String(name).toLowerCase()] ?? whole))

const words = (html: string) => decode(html.replaceAll(/<\/?(p|div|li|h\d|dt|dd|tr|form|section|header|br)\b[^>]*>/gi, '\n').replaceAll(/<[^>]*>/g, ' '))
  .split('\n').map((line) => line.replaceAll(/\s+/g, ' ').trim()).filter((line) => line !== '').join('\n')
