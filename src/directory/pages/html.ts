/** Markup that is safe to put into a page as it is. */
export type Html = { readonly markup: string }
type Part = string | number | Html | null | undefined | false | readonly Part[]

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }
const escape = (text: string) => text.replaceAll(/[&<>"']/g, (character) => entities[character] ?? character)

/** A template whose values are escaped, unless they are made by `html` themselves. Lists are joined, empty values vanish. */
export const html = (texts: TemplateStringsArray, ...values: readonly Part[]): Html => ({
  markup: texts.reduce((made, text, index) => made + render(values[index - 1]) + text),
})

function render(value: Part): string {
  if (value === null || value === undefined || value === false) return ''
  if (typeof value === 'object') return 'markup' in value ? value.markup : value.map(render).join('')
  return escape(String(value))
}
