/** Text inside an element. What XML 1.0 cannot hold never gets into a name (see names.ts). */
export const text = (value: string): string => value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

/** An element; undefined content leaves it out, an empty one closes it at once. */
export const element = (name: string, content: string | undefined): string =>
  content === undefined ? '' : content === '' ? `<${name} />` : `<${name}>${content}</${name}>`

/** An attribute's value. */
export const attribute = (value: string): string => text(value).replaceAll('"', '&quot;')

export const declaration = '<?xml version="1.0" encoding="utf-8"?>'

/** Back from the five entities of XML and character references. */
export const plain = (value: string): string =>
  value.replace(/&(?:#(\d+)|#x([0-9a-f]+)|(lt|gt|amp|quot|apos));/gi, (_all, decimal?: string, hex?: string, name?: string) =>
    decimal !== undefined ? String.fromCodePoint(Number(decimal)) : hex !== undefined ? String.fromCodePoint(Number.parseInt(hex, 16)) : (entities[name?.toLowerCase() ?? ''] ?? ''))

const entities: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }
