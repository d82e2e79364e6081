import { Problem } from '#base/problem.ts'
import type { WorkspaceCaller } from '../../caller.ts'
import type { NotebookLanguage } from '../document.ts'
import type { Part } from '../tables.ts'
import { commandLanguage, isBlank, readCellSource } from './cell-source.ts'
import type { SessionDeps } from './deps.ts'

const deepest = 16
const mostParts = 500

type Here = { source: string; language: NotebookLanguage; path: string; within: readonly string[]; widgets?: Record<string, string> }

/**
 * The commands of a cell. `%run ./other` becomes the cells of the other notebook, in the same context, with the rights of who runs it.
 * Source: "Run a Databricks notebook from another notebook"; CAN_READ is enough there.
 */
export async function expand(deps: Pick<SessionDeps, 'objects' | 'hub'>, caller: WorkspaceCaller, here: Here): Promise<Part[]> {
  const cell = readCellSource(here.source, here.language)
  if (cell.kind === 'markdown' || isBlank(here.source)) return []
  if (cell.kind === 'code') return [{ language: commandLanguage[here.language], code: here.source, notebook_path: here.path, ...(here.widgets ? { widgets: here.widgets } : {}) }]
  if (cell.path === '') throw invalid('%run needs the path of a notebook, for example %run ./other.')
  if (cell.rest !== '') throw invalid('%run must be alone in its cell, because it runs a whole notebook.')
  const path = pathFrom(here.path, cell.path)
  const stack = [...here.within, here.path]
  if (stack.includes(path)) throw invalid(`%run goes in a circle: ${[...stack, path].join(' → ')}`)
  if (stack.length >= deepest) throw invalid(`%run is nested too deeply: at most ${deepest} notebooks may run each other.`)
  const other = await notebookAt(deps, caller, path)
  const document = await deps.hub.read(other.object_id)
  const given = { ...here.widgets, ...cell.values }
  const widgets = Object.keys(given).length > 0 ? { widgets: given } : {}
  const parts: Part[] = []
  for (const { source } of document.cells) {
    parts.push(...(await expand(deps, caller, { source, language: document.language, path: other.path, within: stack, ...widgets })))
    if (parts.length > mostParts) throw invalid(`%run ${cell.path} runs more than ${mostParts} cells.`)
  }
  return parts
}

/** A notebook that the caller may read. */
export async function notebookAt(deps: Pick<SessionDeps, 'objects'>, caller: WorkspaceCaller, path: string) {
  const found = await deps.objects.find(caller, path)
  if (found.type !== 'NOTEBOOK') throw invalid(`${path} is not a notebook.`)
  return deps.objects.must(caller, found.object_id, 'CAN_READ', 'run')
}

/** Relative paths count from the folder of the notebook that names them. */
export function pathFrom(notebook: string, path: string): string {
  const names = path.startsWith('/') ? [] : notebook.split('/').slice(1, -1)
  for (const name of path.split('/')) {
    if (name === '..') names.pop()
    else if (name !== '' && name !== '.') names.push(name)
  }
  if (path.startsWith('/') && names[0] === 'Workspace') names.shift()
  return `/${names.join('/')}`
}

const invalid = (message: string) => new Problem('invalid', message)
