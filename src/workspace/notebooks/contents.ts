import { newDoc } from './documents/cells.ts'
import type { Hub } from './documents/hub.ts'
import { readDocument } from './documents/cells.ts'
import type { CellOutput, NotebookContents } from './document.ts'
import { sessionOf, type SessionStore } from './sessions/store.ts'
import type { SessionDeps } from './sessions/deps.ts'
import type { Output } from './wire.ts'

/** What the tree of workspace files does with notebooks. It writes to the documents that people have open. */
export const notebookContents = ({ hub, sessions, endContext }: { hub: Hub; sessions: SessionStore; endContext: SessionDeps['endContext'] }): NotebookContents => ({
  read: (objectId) => hub.read(objectId),
  write: (tx, objectId, document) => hub.write(tx, objectId, document),
  async copy(tx, from, to) {
    const stored = await hub.store.load(from, tx)
    await hub.write(tx, to, readDocument(stored?.doc ?? newDoc({ language: 'PYTHON', cells: [] })))
  },
  async remove(tx, objectId) {
    for (const session of await sessions.ofNotebook(objectId, tx))
      if (session.cluster_id !== null && session.context_id !== null) await endContext(tx, session.cluster_id, session.context_id)
    await hub.remove(tx, objectId)
  },
  async outputs(objectId) {
    const results = await sessions.results(sessionOf(objectId))
    const all = await Promise.all(results.map(async ({ cell_id }) => [cell_id, (await sessions.outputs(sessionOf(objectId), cell_id)).map(cellOutput)] as const))
    return Object.fromEntries(all)
  },
})

/** Source: nbformat 4, "Code cell outputs". */
function cellOutput(output: Output): CellOutput {
  if (output.kind === 'stream') return { output_type: 'stream', name: output.name, text: output.text }
  if (output.kind === 'error') return { output_type: 'error', ename: output.name, evalue: output.value, traceback: output.traceback }
  return { output_type: 'display_data', data: output.data, metadata: output.metadata }
}
