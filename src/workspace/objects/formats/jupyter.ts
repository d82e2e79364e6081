import { createHash, randomUUID } from 'node:crypto'
import { z } from 'zod'
import { Problem } from '#base/problem.ts'
import type { Cell, CellOutput, NotebookDocument, NotebookLanguage } from '../../notebooks/document.ts'

const Text = z.union([z.string(), z.array(z.string())]).transform((text) => (typeof text === 'string' ? text : text.join('')))
/** What we read of an .ipynb file. Source: nbformat 4 ("The Notebook file format"); titles where Databricks puts them. */
const Ipynb = z.object({
  nbformat: z.int(),
  metadata: z
    .object({
      language_info: z.object({ name: z.string() }).optional().catch(undefined),
      kernelspec: z.object({ language: z.string().optional(), name: z.string().optional() }).optional().catch(undefined),
      'application/vnd.databricks.v1+notebook': z.object({ language: z.string() }).optional().catch(undefined),
    })
    .default({}),
  cells: z.array(
    z.object({
      id: z.string().max(64).optional().catch(undefined),
      cell_type: z.string(),
      source: Text,
      metadata: z
        .object({
          'application/vnd.databricks.v1+cell': z
            .object({ title: z.string().optional(), showTitle: z.boolean().optional() })
            .optional()
            .catch(undefined),
        })
        .optional()
        .catch(undefined),
    }),
  ),
})

const names = { PYTHON: 'python', SQL: 'sql', SCALA: 'scala', R: 'r' } as const satisfies Record<NotebookLanguage, string>
const languageNamed = (name: string | undefined): NotebookLanguage | undefined =>
  (['PYTHON', 'SQL', 'SCALA', 'R'] as const).find((language) => names[language] === name?.toLowerCase().replace(/^i(?=python$|r$)/, ''))

/** Whether a text may be an .ipynb file at all. */
export function readsAsJupyter(text: string): boolean {
  try {
    return Ipynb.safeParse(JSON.parse(text)).success
  } catch {
    return false
  }
}

/** Reads an .ipynb file. Results are not taken over: a notebook's results are what it computed here. */
export function fromJupyter(text: string): NotebookDocument {
  let json: unknown
  try {
    json = JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch (error) {
    throw notJupyter('it is not JSON', error)
  }
  const parsed = Ipynb.safeParse(json)
  if (!parsed.success) {
    const old = z.object({ nbformat: z.number().max(3) }).safeParse(json)
    if (old.success) throw notJupyter(`it is of nbformat ${old.data.nbformat}; convert it with 'jupyter nbconvert --to notebook' first`)
    throw notJupyter(`${parsed.error.issues[0]?.path.join('.') || 'the file'}: ${parsed.error.issues[0]?.message ?? 'unknown'}`)
  }
  const { metadata, cells } = parsed.data
  const language =
    languageNamed(metadata['application/vnd.databricks.v1+notebook']?.language) ??
    languageNamed(metadata.language_info?.name ?? metadata.kernelspec?.language ?? metadata.kernelspec?.name) ??
    'PYTHON'
  const used = new Set<string>()
  return {
    language,
    cells: cells.map(({ id, cell_type, source, metadata: about }): Cell => {
      const own = id !== undefined && /^[\w-]{1,64}$/.test(id) && !used.has(id) ? id : randomUUID()
      used.add(own)
      const title = about?.['application/vnd.databricks.v1+cell']?.title
      return { id: own, source: cellSource(cell_type, source), ...(title ? { title } : {}) }
    }),
  }
}

/** In our cells Markdown is a magic; Jupyter's own `%%sql` means what our `%sql` does. */
function cellSource(type: string, source: string): string {
  if (type === 'code') return source.replace(/^%%(?=(sql|md|sh|fs|scala|r|python|pip|run)\b)/, '%')
  if (type === 'markdown' && !/^\s*%md\b/.test(source)) return source.includes('\n') ? `%md\n${source}` : `%md ${source}`
  if (type === 'raw') return `%md\n${source}`
  return source
}

/** Writes an .ipynb file, with results by cell id when they are given. */
export function toJupyter(
  { language, cells }: NotebookDocument,
  name: string,
  outputs: Readonly<Record<string, readonly CellOutput[]>> = {},
): string {
  const file = {
    cells: cells.map(({ id, source, title }) => {
      const markdown = /^\s*%md(?:-sandbox)?(?:[ \t]*\n|[ \t]+|$)/.exec(source)
      const about = { 'application/vnd.databricks.v1+cell': { showTitle: title !== undefined, title: title ?? '', nuid: id } }
      const common = { id: jupyterId(id), metadata: about, source: linesOf(markdown ? source.slice(markdown[0].length) : source) }
      return markdown
        ? { cell_type: 'markdown', ...common }
        : { cell_type: 'code', execution_count: null, ...common, outputs: outputs[id] ?? [] }
    }),
    metadata: {
      'application/vnd.databricks.v1+notebook': { language: names[language], notebookName: name, notebookMetadata: {}, widgets: {} },
      kernelspec: {
        display_name: language === 'PYTHON' ? 'Python 3' : names[language],
        language: names[language],
        name: language === 'PYTHON' ? 'python3' : names[language],
      },
      language_info: { name: names[language] },
    },
    nbformat: 4,
    nbformat_minor: 5,
  }
  return `${JSON.stringify(file, null, 1)}\n`
}

/** nbformat 4.5 wants ids of 1–64 letters, digits, - and _. */
const jupyterId = (id: string) => (/^[\w-]{1,64}$/.test(id) ? id : createHash('sha256').update(id).digest('hex').slice(0, 16))
const linesOf = (text: string): string[] => (text === '' ? [] : text.split(/(?<=\n)/))
const notJupyter = (why: string, cause?: unknown) =>
  new Problem('invalid', `The content is not a Jupyter notebook: ${why}.`, {
    extra: { field: 'content' },
    ...(cause === undefined ? {} : { cause }),
  })
