import { Problem } from '#base/problem.ts'
import type { NotebookDocument, NotebookLanguage } from '../../notebooks/document.ts'
import { fromJupyter, readsAsJupyter } from './jupyter.ts'
import { extensions, fromSource, hasHeader, languageOf } from './source.ts'

/** Source: workspace.ImportFormat and workspace.ExportFormat in databricks-sdk-py. */
export const formats = ['AUTO', 'DBC', 'HTML', 'JUPYTER', 'RAW', 'R_MARKDOWN', 'SOURCE'] as const
export type Format = (typeof formats)[number]
/** What bytes become in the tree, and under which name. */
export type Item = { name: string; as: 'NOTEBOOK'; document: NotebookDocument } | { name: string; as: 'FILE'; bytes: Buffer }

/** Reads one uploaded thing as its format says. */
export function readItem(name: string, bytes: Buffer, format: Format, language: NotebookLanguage | undefined): Item {
  if (format === 'RAW') return { name, as: 'FILE', bytes }
  if (format === 'AUTO') return readAuto(name, bytes)
  if (format === 'JUPYTER') return { name, as: 'NOTEBOOK', document: storable(fromJupyter(textOf(bytes))) }
  if (format !== 'SOURCE') throw refusedFormat(format, 'import')
  if (!language)
    throw new Problem('invalid', 'The language field is required to import a notebook in SOURCE format.', { extra: { field: 'language' } })
  return { name, as: 'NOTEBOOK', document: storable(fromSource(textOf(bytes), language)) }
}

/** A source file with a notebook's first line and an .ipynb file become notebooks and lose their extension; the rest are files. */
export function readAuto(name: string, bytes: Buffer): Item {
  const text = textIn(bytes)
  const language = languageOf(name)
  if (text !== undefined && language && hasHeader(text, language))
    return { name: stem(name, extensions[language]), as: 'NOTEBOOK', document: fromSource(text, language) }
  if (text !== undefined && isIpynb(name) && readsAsJupyter(text))
    return { name: stem(name, '.ipynb'), as: 'NOTEBOOK', document: storable(fromJupyter(text)) }
  return { name, as: 'FILE', bytes }
}

/** As in a folder imported as source: every source file is a notebook, with or without the first line. */
export function readSourceFile(name: string, bytes: Buffer): Item {
  const language = languageOf(name)
  const text = textIn(bytes)
  if (text === undefined || !language) return readAuto(name, bytes)
  return { name: stem(name, extensions[language]), as: 'NOTEBOOK', document: fromSource(text, language) }
}

const isIpynb = (name: string) => name.toLowerCase().endsWith('.ipynb')
/** A name that is nothing but an extension keeps it. */
const stem = (name: string, extension: string) => name.slice(0, -extension.length) || name

/** Text that a database keeps: UTF-8 without NUL. */
function textIn(bytes: Buffer): string | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
    return text.includes('\0') ? undefined : text
  } catch {
    return undefined
  }
}
function textOf(bytes: Buffer): string {
  const text = textIn(bytes)
  if (text === undefined)
    throw new Problem('invalid', 'The content of a notebook must be text in UTF-8, without NUL.', { extra: { field: 'content' } })
  return text
}

/** JSON can write what is no text: NUL, and halves of characters. */
function storable(document: NotebookDocument): NotebookDocument {
  const clean = (text: string) => text.replaceAll('\0', '').toWellFormed()
  return {
    language: document.language,
    cells: document.cells.map((cell) => ({
      ...cell,
      source: clean(cell.source),
      ...(cell.title === undefined ? {} : { title: clean(cell.title) }),
    })),
  }
}

/** Formats that we do not have say so by name. */
export function refusedFormat(format: Format, verb: 'import' | 'export'): Problem {
  const instead =
    format === 'DBC'
      ? `DBC is an archive format of Databricks' own; ${verb} folders as zip (format SOURCE) and notebooks as SOURCE or JUPYTER instead`
      : `${verb} notebooks as SOURCE or JUPYTER instead`
  return new Problem('not_implemented', `Format ${format} of workspace/${verb} is not implemented by this workspace: ${instead}.`, {
    extra: { field: 'format' },
  })
}
