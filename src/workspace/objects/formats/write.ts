import { Problem } from '#base/problem.ts'
import type { NotebookContents } from '../../notebooks/document.ts'
import type { ObjectRow } from '../store.ts'
import { toHtml } from './html.ts'
import { toJupyter } from './jupyter.ts'
import { refusedFormat, type Format } from './read.ts'
import { extensions, toSource } from './source.ts'

export type Written = { bytes: Buffer; fileType: string; fileName: string }

/** A notebook or file as an export gives it. Files have one form only, their bytes. */
export async function writeItem(
  row: Pick<ObjectRow, 'object_id' | 'name' | 'type'>,
  format: Format,
  contents: NotebookContents,
  content: () => Promise<Buffer>,
): Promise<Written> {
  if (format === 'DBC' || format === 'R_MARKDOWN') throw refusedFormat(format, 'export')
  if (row.type === 'FILE') {
    if (format === 'HTML' || format === 'JUPYTER')
      throw new Problem('invalid', `A file cannot be exported as ${format}: only notebooks can.`, { extra: { field: 'format' } })
    return { bytes: await content(), fileType: /\.([^.]+)$/.exec(row.name)?.[1] ?? '', fileName: row.name }
  }
  const document = await contents.read(row.object_id)
  const made = (text: string, fileType: string): Written => ({ bytes: Buffer.from(text), fileType, fileName: `${row.name}.${fileType}` })
  if (format === 'JUPYTER') return made(toJupyter(document, row.name, await contents.outputs?.(row.object_id)), 'ipynb')
  if (format === 'HTML') return made(toHtml(document, row.name), 'html')
  return made(toSource(document), extensions[document.language].slice(1))
}
