import type { Language } from '../wire.ts'

/** What a cell's first line makes of it: code of a language, Markdown, or something that is not a command of a cluster. */
export type Cell = { kind: 'code'; language: Language; code: string } | { kind: 'markdown'; text: string } | { kind: 'refused'; why: string }

const languages: Record<string, Language> = { python: 'python', sql: 'sql', scala: 'scala', r: 'r' }
/** Magics that the Python kernel runs itself (`magics.py`). */
const ofPython = new Set(['sh', 'fs', 'pip'])

/**
 * Reads the magic in the first line that is not empty. The lines of the code stay where they were, so that errors name the right ones.
 * Source of the names: "Mix languages" and "Magic commands" in the Databricks notebook documentation.
 */
export function readCell(source: string, language: Language): Cell {
  const match = /^(\s*)%(\w+)([^\S\n][^\n]*)?(?:\n|$)/.exec(source)
  const name = match?.[2]?.toLowerCase()
  if (match === null || name === undefined || source.startsWith('%%')) return { kind: 'code', language, code: source }
  const rest = `${(match[1] ?? '').replace(/[^\n]/g, '')}${(match[3] ?? '').trim()}\n${source.slice(match[0].length)}`
  const other = languages[name]
  if (other !== undefined) return { kind: 'code', language: other, code: rest }
  if (ofPython.has(name)) return { kind: 'code', language: 'python', code: source }
  if (name === 'md') return { kind: 'markdown', text: rest.trim() }
  if (name === 'run') return { kind: 'refused', why: '%run takes in another notebook of the workspace: run it from a notebook, in a cell of its own.' }
  // What is left is IPython's: %time, %timeit, %matplotlib, …
  if (language === 'python') return { kind: 'code', language, code: source }
  return { kind: 'refused', why: `%${name} is not a magic command. There are %python, %sql, %scala, %md, %sh, %fs, %pip and %run.` }
}

/** Texts, names, comments, semicolons and everything else of a SQL text. */
const token = () => /'(?:[^'\\]|\\[^]|'')*'?|"(?:[^"\\]|\\[^]|"")*"?|`[^`]*`?|--[^\n]*|\/\*[^]*?(?:\*\/|$)|;|[\w]+|\S/g
const isComment = (word: string) => word.startsWith('--') || word.startsWith('/*')

/** The statements of a SQL text, cut at the semicolons outside of quotes, comments and BEGIN … END. */
export function statements(sql: string): string[] {
  const parts: string[] = []
  let from = 0
  let empty = true
  // A script is one statement. Source: "SQL scripting" of Spark 4.
  const script = /^(?:\s|--[^\n]*\n|\/\*[^]*?\*\/)*begin\b/i.test(sql)
  for (const match of sql.matchAll(token())) {
    if (match[0] === ';' && !script) {
      if (!empty) parts.push(sql.slice(from, match.index).trim())
      from = match.index + 1
      empty = true
    } else if (!isComment(match[0])) empty = false
  }
  if (!empty) parts.push(sql.slice(from).trim().replace(script ? /;$/ : /$^/, ''))
  return parts
}

/**
 * A statement with the values of widgets: `:name` is a text, `${name}` is replaced as it stands, even within quotes.
 * Source: "Databricks widgets", "Use widget values in Spark SQL".
 */
export function withWidgets(statement: string, widgets: Record<string, string>): string {
  const sql = statement.replace(/\$\{(\w+)\}/g, (whole, name: string) => (Object.hasOwn(widgets, name) ? (widgets[name] ?? '') : whole))
  let result = ''
  let at = 0
  let before = ''
  for (const match of sql.matchAll(token())) {
    const [word] = match
    // `a::int` is a cast and `a:b` a path into JSON: a parameter's colon stands alone.
    if (before === ':' && Object.hasOwn(widgets, word) && sql[match.index - 1] === ':' && !/[\w:)\]`"']/.test(sql[match.index - 2] ?? ' ')) {
      result += `${sql.slice(at, match.index - 1)}${literal(widgets[word] ?? '')}`
      at = match.index + word.length
    }
    before = word
  }
  return result + sql.slice(at)
}

const literal = (text: string): string => `'${text.replace(/[\\']/g, '\\$&')}'`
