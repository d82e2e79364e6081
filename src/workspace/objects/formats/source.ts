import { randomUUID } from 'node:crypto'
import type { Cell, NotebookDocument, NotebookLanguage } from '../../notebooks/document.ts'

const comments = { PYTHON: '#', R: '#', SQL: '--', SCALA: '//' } as const satisfies Record<NotebookLanguage, string>
export const extensions = { PYTHON: '.py', R: '.r', SQL: '.sql', SCALA: '.scala' } as const satisfies Record<NotebookLanguage, string>

/** The language that a file's name says. */
export const languageOf = (name: string): NotebookLanguage | undefined =>
  languages.find((language) => name.toLowerCase().endsWith(extensions[language]))
const languages = ['PYTHON', 'SQL', 'SCALA', 'R'] as const

const headerOf = (language: NotebookLanguage) => `${comments[language]} Databricks notebook source`
/** Whether a source file says that it is a notebook. */
export const hasHeader = (text: string, language: NotebookLanguage): boolean =>
  withoutMark(text).split(/\r?\n/, 1)[0]?.trimEnd() === headerOf(language)

/** Magics that stand in the middle of a cell of code; a first line with any magic makes the whole cell one. */
const inlineMagic = /^%{1,2}(matplotlib|config|pip|conda|run|sql|md|sh|fs|python|scala|r|time|timeit|load_ext|reload_ext|autoreload|env)\b/
const isMagic = (source: string) => /^\s*%\S/.test(source)

/**
 * A notebook as source code: valid in its language, with cells, other languages and titles in comments. Source: the files that
 * Databricks' "Export as source file" makes. What `fromSource` reads of it is the same document again.
 */
export function toSource({ language, cells }: NotebookDocument): string {
  const mark = comments[language]
  const separator = `${mark} COMMAND ----------`
  const special = new RegExp(`^${mark} (MAGIC|DBTITLE|COMMAND ----------|Databricks notebook source)`)
  const magic = (line: string) => (line === '' ? `${mark} MAGIC` : line === ' ' ? `${mark} MAGIC ` : `${mark} MAGIC ${line}`)
  const texts = cells.map(({ source, title }) => {
    const whole = isMagic(source)
    const lines = source.split('\n').map((line) => (whole || special.test(line) || inlineMagic.test(line) ? magic(line) : line))
    if (title !== undefined && title !== '') lines.unshift(`${mark} DBTITLE 1,${title.replaceAll(/\s+/g, ' ')}`)
    return lines.join('\n')
  })
  return [headerOf(language), ...(texts.length > 0 ? [texts.join(`\n\n${separator}\n\n`)] : [])].join('\n') + '\n'
}

/** Reads source code as a notebook; without the header it is a notebook all the same, of whatever cells it has. */
export function fromSource(text: string, language: NotebookLanguage): NotebookDocument {
  const mark = comments[language]
  const lines = withoutMark(text).replaceAll('\r\n', '\n').split('\n')
  if (lines.at(-1) === '') lines.pop()
  if (lines[0]?.trimEnd() === headerOf(language)) lines.shift()
  if (lines.length === 0) return { language, cells: [] }
  const chunks: string[][] = [[]]
  for (const line of lines) {
    if (line.trimEnd() === `${mark} COMMAND ----------`) chunks.push([])
    else chunks.at(-1)?.push(line)
  }
  return { language, cells: chunks.map((chunk, index) => cellOf(withoutMargins(chunk, index > 0, index < chunks.length - 1), mark)) }
}

/** The blank line on either side of a separator belongs to the separator. */
function withoutMargins(lines: readonly string[], before: boolean, after: boolean): string[] {
  const start = before && lines[0] === '' ? 1 : 0
  const end = after && lines.length > start && lines.at(-1) === '' ? lines.length - 1 : lines.length
  return lines.slice(start, end)
}

function cellOf(lines: readonly string[], mark: string): Cell {
  const title = new RegExp(`^${mark} DBTITLE \\d+,(.*)$`).exec(lines[0] ?? '')?.[1]
  const source = (title === undefined ? lines : lines.slice(1)).map((line) => unmagic(line, mark)).join('\n')
  return { id: randomUUID(), source, ...(title === undefined ? {} : { title }) }
}

/** A trailing space that older exports write after an empty line's mark is kept, so that such files come out as they were. */
function unmagic(line: string, mark: string): string {
  const prefix = `${mark} MAGIC`
  if (line === prefix) return ''
  if (line === `${prefix} `) return ' '
  return line.startsWith(`${prefix} `) ? line.slice(prefix.length + 1) : line
}

/** Editors on Windows begin files with a byte order mark. */
const withoutMark = (text: string) => text.replace(/^\uFEFF/, '')
