type Json = { [key: string]: unknown }
const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)
const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : [])

/** A JSON Schema (of zod's making) as a TypeScript type. What it does not know is `unknown`, never a wrong type. */
export function typeOf(schema: unknown, root: unknown = schema): string {
  if (!isObject(schema)) return 'unknown'
  if (typeof schema.$ref === 'string') return typeOf(referred(root, schema.$ref), root)
  if ('const' in schema) return JSON.stringify(schema.const)
  if (Array.isArray(schema.enum)) return schema.enum.map((value) => JSON.stringify(value)).join(' | ')
  const union = list(schema.anyOf ?? schema.oneOf)
  if (union.length > 0) return `(${[...new Set(union.map((one) => typeOf(one, root)))].join(' | ')})`
  const all = list(schema.allOf)
  if (all.length > 0) return `(${all.map((one) => typeOf(one, root)).join(' & ')})`
  if (Array.isArray(schema.type)) return `(${schema.type.map((type) => typeOf({ ...schema, type }, root)).join(' | ')})`
  if (schema.type === 'string') return 'string'
  if (schema.type === 'number' || schema.type === 'integer') return 'number'
  if (schema.type === 'boolean') return 'boolean'
  if (schema.type === 'null') return 'null'
  if (schema.type === 'array') {
    const items = list(schema.prefixItems)
    return items.length > 0 ? `[${items.map((item) => typeOf(item, root)).join(', ')}]` : `${typeOf(schema.items, root)}[]`
  }
  if (schema.type === 'object') return objectOf(schema, root)
  return 'unknown'
}

function objectOf(schema: Json, root: unknown): string {
  const required = new Set(list(schema.required))
  const fields = Object.entries(isObject(schema.properties) ? schema.properties : {}).map(
    ([name, field]) => `${JSON.stringify(name)}${required.has(name) ? '' : '?'}: ${typeOf(field, root)}${required.has(name) ? '' : ' | undefined'}`,
  )
  const more = schema.additionalProperties
  const rest = isObject(more) ? (Object.keys(more).length === 0 ? 'unknown' : typeOf(more, root)) : undefined
  // An index signature must hold for the named fields too, so beside them the rest stays open.
  if (rest !== undefined) fields.push(`[more: string]: ${fields.length === 0 ? rest : 'unknown'}`)
  return fields.length === 0 ? 'Record<string, never>' : `{ ${fields.join('; ')} }`
}

function referred(root: unknown, ref: string): unknown {
  return ref.split('/').slice(1).reduce<unknown>((at, key) => (isObject(at) ? at[key] : undefined), root)
}
