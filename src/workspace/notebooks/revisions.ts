import { Problem } from '#base/problem.ts'
import type { WorkspaceCaller } from '../caller.ts'
import type { Cell, NotebookDocument } from './document.ts'
import type { Hub } from './documents/hub.ts'
import { revisionInfo } from './documents/store.ts'
import type { NotebookService } from './service.ts'
import type { RevisionInfo } from './wire.ts'

export type RevisionService = ReturnType<typeof revisionService>
export type CellChange = { cell_id: string; change: 'same' | 'added' | 'removed' | 'changed' | 'moved'; before: Cell | null; after: Cell | null }

/** How a notebook was: autosave keeps it every few minutes of editing, people keep it by name. */
export const revisionService = ({ hub, notebooks }: { hub: Hub; notebooks: Pick<NotebookService, 'open'> }) => {
  async function find(objectId: number, revisionId: number) {
    const row = await hub.store.revision(objectId, revisionId)
    if (!row) throw new Problem('not_found', `Revision ${revisionId} of notebook ${objectId} does not exist.`)
    return row
  }

  return {
    async list(caller: WorkspaceCaller, objectId: number, page: { before?: number | undefined; limit: number }): Promise<{ revisions: RevisionInfo[] }> {
      await notebooks.open(caller, objectId, 'CAN_READ', 'see the revisions of')
      return { revisions: await hub.store.revisions(objectId, page.before ?? 2 ** 31 - 1, page.limit) }
    },
    async get(caller: WorkspaceCaller, objectId: number, revisionId: number) {
      await notebooks.open(caller, objectId, 'CAN_READ', 'see the revisions of')
      const row = await find(objectId, revisionId)
      return { revision: revisionInfo(row), document: row.document }
    },
    async save(caller: WorkspaceCaller, objectId: number, name: string): Promise<RevisionInfo> {
      await notebooks.open(caller, objectId, 'CAN_EDIT', 'save a revision of')
      return hub.revise(objectId, name, caller.userName)
    },
    /** The old cells become the present ones. What is there now is kept first, if it is in no revision yet. */
    async restore(caller: WorkspaceCaller, objectId: number, revisionId: number): Promise<RevisionInfo> {
      await notebooks.open(caller, objectId, 'CAN_EDIT', 'restore a revision of')
      const row = await find(objectId, revisionId)
      await hub.keep(objectId)
      await hub.replace(objectId, caller.userName, row.document)
      return hub.revise(objectId, `Restored: revision ${revisionId}${row.name === null ? '' : ` (${row.name})`}`.slice(0, 200), caller.userName)
    },
    /** What became of each cell from one revision to another, or to the present (`with` absent). */
    async compare(caller: WorkspaceCaller, objectId: number, revisionId: number, other: number | undefined) {
      await notebooks.open(caller, objectId, 'CAN_READ', 'see the revisions of')
      const before = (await find(objectId, revisionId)).document
      const after = other === undefined ? await hub.read(objectId) : (await find(objectId, other)).document
      return { language: { before: before.language, after: after.language }, cells: changes(before, after) }
    },
    async replace(caller: WorkspaceCaller, objectId: number, document: NotebookDocument): Promise<void> {
      await notebooks.open(caller, objectId, 'CAN_EDIT', 'edit')
      await hub.replace(objectId, caller.userName, document)
    },
  }
}

/** In the order of the later document; what was removed stands where it was. */
export function changes(before: NotebookDocument, after: NotebookDocument): CellChange[] {
  const old = new Map(before.cells.map((cell) => [cell.id, cell]))
  const kept = new Set(after.cells.map(({ id }) => id))
  const order = before.cells.filter(({ id }) => kept.has(id)).map(({ id }) => id)
  let place = 0
  const list = after.cells.map((cell): CellChange => {
    const was = old.get(cell.id)
    if (!was) return { cell_id: cell.id, change: 'added', before: null, after: cell }
    const inPlace = order[place++] === cell.id
    const same = was.source === cell.source && was.title === cell.title
    return { cell_id: cell.id, change: !same ? 'changed' : inPlace ? 'same' : 'moved', before: was, after: cell }
  })
  for (const [at, cell] of before.cells.entries()) {
    if (kept.has(cell.id)) continue
    const previous = before.cells[at - 1]?.id
    const behind = previous === undefined ? 0 : list.findIndex(({ cell_id }) => cell_id === previous) + 1
    list.splice(behind, 0, { cell_id: cell.id, change: 'removed', before: cell, after: null })
  }
  return list
}
