import { markdown } from '@codemirror/lang-markdown'
import { python } from '@codemirror/lang-python'
import { SparkSQL } from './spark-sql.ts'
import { sql } from '@codemirror/lang-sql'
import { StreamLanguage } from '@codemirror/language'
import { scala } from '@codemirror/legacy-modes/mode/clike'
import { r } from '@codemirror/legacy-modes/mode/r'
import { shell } from '@codemirror/legacy-modes/mode/shell'
import type { Extension } from '@codemirror/state'
import type { CellLanguage } from '../document/magic.ts'

const made = new Map<CellLanguage, Extension>()
const make = (language: CellLanguage): Extension => {
  switch (language) {
    case 'python': return python()
    case 'sql': return sql({ dialect: SparkSQL })
    case 'markdown': return markdown()
    case 'scala': return StreamLanguage.define(scala)
    case 'r': return StreamLanguage.define(r)
    case 'shell':
    case 'pip':
    case 'fs': return StreamLanguage.define(shell)
    case 'run': return []
  }
}
/** Grammar and colours of a language. */
export function grammarOf(language: CellLanguage): Extension {
  const found = made.get(language)
  if (found) return found
  const grammar = make(language)
  made.set(language, grammar)
  return grammar
}
