import type { Kysely } from 'kysely'
import type { Tables } from '../workspace.ts'

export type NotebookLanguage = 'PYTHON' | 'SQL' | 'SCALA' | 'R'

/** A cell's own language is the magic of its first line (`%sql`, `%md`, …), kept in its source. */
export type Cell = { id: string; source: string; title?: string }
export type NotebookDocument = { language: NotebookLanguage; cells: Cell[] }

/** One output in nbformat 4's shape, as it is written to an .ipynb file. */
export type CellOutput = { output_type: string; [field: string]: unknown }

/**
 * Where the cells of notebooks are. The tree of workspace files (`objects/`) knows names, folders and permissions; it reads
 * and writes cells through this alone. A write belongs to the transaction of the change it is part of.
 */
export type NotebookContents = {
  /** An object that has no document yet is an empty notebook. */
  read(objectId: number): Promise<NotebookDocument>
  write(tx: Kysely<Tables>, objectId: number, document: NotebookDocument): Promise<void>
  copy(tx: Kysely<Tables>, from: number, to: number): Promise<void>
  remove(tx: Kysely<Tables>, objectId: number): Promise<void>
  /** The stored results of its cells by cell id, for exports that carry them. */
  outputs?(objectId: number): Promise<Readonly<Record<string, readonly CellOutput[]>>>
}
