import type { NotebookLanguage } from '../document.ts'
import type { Part } from '../tables.ts'

/** What the first line makes of a cell, as far as it is ours; the driver reads the magic of code itself. */
export type CellSource = { kind: 'code'; language: string } | { kind: 'markdown' } | { kind: 'run'; path: string; values: Record<string, string>; rest: string }

const own: Record<string, string> = { python: 'python', sql: 'sql', scala: 'scala', r: 'r', sh: 'sh', fs: 'fs', pip: 'python' }

/** Source of the names: "Develop code in Databricks notebooks", mix languages and magic commands. */
export function readCellSource(source: string, language: NotebookLanguage): CellSource {
  const match = /^\s*%(?!%)([\w-]+)[^\S\n]*([^\n]*)(?:\n|$)/.exec(source)
  const name = match?.[1]?.toLowerCase() ?? ''
  if (name === 'md' || name === 'md-sandbox') return { kind: 'markdown' }
  if (name === 'run') return { kind: 'run', ...readTarget(match?.[2]?.trim() ?? ''), rest: source.slice(match?.[0].length ?? 0).trim() }
  return { kind: 'code', language: own[name] ?? language.toLowerCase() }
}

/** A cell without anything to run. */
export const isBlank = (source: string): boolean => source.trim() === ''

const unquoted = (path: string) => /^(["'])(.*)\1$/.exec(path)?.[2] ?? path

/** `./other $year="2013" $carrier="UA"`: a path, and values of widgets of the notebook there. */
function readTarget(line: string): { path: string; values: Record<string, string> } {
  const values: Record<string, string> = {}
  const path = line.replaceAll(/\s\$(\w+)=("[^"]*"|'[^']*'|\S*)/g, (_all, name: string, value: string) => {
    values[name] = unquoted(value)
    return ''
  })
  return { path: unquoted(path.trim()), values }
}

/** The language in which a command of this notebook is sent: cells with a magic of their own say another in their first line. */
export const commandLanguage = { PYTHON: 'python', SQL: 'sql', SCALA: 'scala', R: 'r' } as const satisfies Record<NotebookLanguage, Part['language']>
