import { asRecord, attributeOf, member, refused, type Kind, type Resource } from './resource.ts'

/** Whether a resource, or one value of an attribute, is meant. */
export type Test = (value: unknown) => boolean
const operators = ['eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le'] as const
type Operator = (typeof operators)[number]
type Literal = string | boolean | null

const wrong = (why: string) => refused('invalidFilter', `Invalid value for field filter: ${why}`, 'filter')

/** A filter of SCIM. Source: RFC 7644 §3.4.2.2: `and` binds closer than `or`, `not (…)`, `attribute[…]`, `pr`. */
export function filterOf(text: string, kind: Kind): (resource: Resource) => boolean {
  const tokens = tokensOf(text)
  const test = parsed(tokens, (name) => attributeOf(kind, name, 'invalidFilter'))
  const rest = tokens.shift()
  if (rest !== undefined) throw wrong(`${rest} was not expected there`)
  return test
}

/** What stands in the brackets of `members[value eq "…"]`: a filter on the values of one attribute. */
export function valueFilterOf(text: string): Test {
  const tokens = tokensOf(text)
  const test = parsed(tokens, (name) => name)
  const rest = tokens.shift()
  if (rest !== undefined) throw wrong(`${rest} was not expected there`)
  return test
}

function tokensOf(text: string): string[] {
  const tokens: string[] = []
  const pattern = /\s*("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[()[\]]|[^\s()[\]"']+)/y
  while (text.slice(pattern.lastIndex).trim() !== '') {
    const at = pattern.lastIndex
    const token = pattern.exec(text)?.[1]
    if (token === undefined) throw wrong(`${text.slice(at).trim()} cannot be read`)
    tokens.push(token)
  }
  return tokens
}

type Name = (written: string) => string
function parsed(tokens: string[], name: Name): Test {
  const any = [both(tokens, name)]
  while (isWord(tokens[0], 'or')) {
    tokens.shift()
    any.push(both(tokens, name))
  }
  return (value) => any.some((test) => test(value))
}
function both(tokens: string[], name: Name): Test {
  const all = [one(tokens, name)]
  while (isWord(tokens[0], 'and')) {
    tokens.shift()
    all.push(one(tokens, name))
  }
  return (value) => all.every((test) => test(value))
}
function one(tokens: string[], name: Name): Test {
  const first = tokens.shift()
  if (first === undefined) throw wrong('it ends too early')
  if (first === '(') return grouped(tokens, name, ')')
  if (isWord(first, 'not')) {
    if (tokens.shift() !== '(') throw wrong('expected ( after not')
    const inner = grouped(tokens, name, ')')
    return (value) => !inner(value)
  }
  const [attribute = '', ...subs] = splitPath(first)
  const path = [name(attribute), ...subs]
  if (tokens[0] === '[') {
    tokens.shift()
    const inner = grouped(tokens, (each) => each, ']')
    return (value) => valuesAt(value, path, false).some(inner)
  }
  return comparison(path, tokens)
}
function grouped(tokens: string[], name: Name, end: string): Test {
  const inner = parsed(tokens, name)
  if (tokens.shift() !== end) throw wrong(`expected ${end}`)
  return inner
}

function comparison(path: readonly string[], tokens: string[]): Test {
  const written = tokens.shift()
  if (isWord(written, 'pr')) return (value) => valuesAt(value, path, true).some((each) => each !== undefined && each !== null && each !== '')
  const operator = operators.find((each) => isWord(written, each))
  if (!operator) throw wrong(`${written ?? 'the end'} is not an operator; there are ${operators.join(', ')} and pr`)
  const literal = tokens.shift()
  if (literal === undefined) throw wrong(`expected a value after ${operator}`)
  const wanted = literalOf(literal)
  if (wanted === null) return (value) => (operator === 'eq') === (valuesAt(value, path, true).length === 0)
  if (operator === 'ne') return (value) => !valuesAt(value, path, true).some((each) => compare('eq', each, wanted))
  return (value) => valuesAt(value, path, true).some((each) => compare(operator, each, wanted))
}

/** Clients of ours have always been allowed to leave the quotes out, or to write single ones. */
function literalOf(token: string): Literal {
  if (/^["']/.test(token)) return token.slice(1, -1).replaceAll(/\\(.)/g, '$1')
  if (/^(true|false)$/i.test(token)) return token.toLowerCase() === 'true'
  if (token.toLowerCase() === 'null') return null
  return token
}

/** Text is compared without case: none of the filtered attributes is case-exact. */
function compare(operator: Exclude<Operator, 'ne'>, held: unknown, wanted: string | boolean): boolean {
  if (typeof held === 'boolean') return operator === 'eq' && String(held) === String(wanted).toLowerCase()
  if (typeof held !== 'string' && typeof held !== 'number') return false
  const [a, b] = [String(held).toLowerCase(), String(wanted).toLowerCase()]
  const digits = /^\d+$/
  const order = digits.test(a) && digits.test(b) ? Number(a) - Number(b) : a < b ? -1 : Number(a > b)
  switch (operator) {
    case 'eq':
      return a === b
    case 'co':
      return a.includes(b)
    case 'sw':
      return a.startsWith(b)
    case 'ew':
      return a.endsWith(b)
    case 'gt':
      return order > 0
    case 'ge':
      return order >= 0
    case 'lt':
      return order < 0
    case 'le':
      return order <= 0
  }
}

const isWord = (token: string | undefined, word: string) => token?.toLowerCase() === word
/** `name.givenName`; the dots of a URN before it do not separate. */
const splitPath = (text: string): string[] => {
  const urn = /^urn:.*:(?=[^:]+$)/i.exec(text)?.[0] ?? ''
  const [first = '', ...rest] = text.slice(urn.length).split('.')
  return [urn + first, ...rest]
}

/** Every value that a path leads to; of the values of a list their `value`, when the path ends at the list. */
export function valuesAt(value: unknown, path: readonly string[], plain: boolean): unknown[] {
  let values: unknown[] = [value]
  for (const name of path) values = values.flatMap((each) => member(each, name) ?? [])
  return plain ? values.flatMap((each) => (asRecord(each) ? (member(each, 'value') ?? []) : [each])) : values
}
