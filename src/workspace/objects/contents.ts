import type { Kysely } from 'kysely'
import { json } from '#base/db.ts'
import type { NotebookContents } from '../notebooks/document.ts'
import type { Tables } from './store.ts'

/** Cells of notebooks as plain rows. */
export const plainContents = (db: Kysely<Tables>, workspaceId: string): NotebookContents => {
  const documents = () => db.selectFrom('notebook_documents').select('document').where('workspace_id', '=', workspaceId)
  const write: NotebookContents['write'] = async (tx, object_id, document) => {
    await tx
      .insertInto('notebook_documents')
      .values({ workspace_id: workspaceId, object_id, document: json(document) })
      .onConflict((c) => c.columns(['workspace_id', 'object_id']).doUpdateSet({ document: json(document) }))
      .execute()
  }
  return {
    async read(objectId) {
      const row = await documents().where('object_id', '=', objectId).executeTakeFirst()
      return row?.document ?? { language: 'PYTHON', cells: [] }
    },
    write,
    async copy(tx, from, to) {
      const row = await tx
        .selectFrom('notebook_documents')
        .select('document')
        .where('workspace_id', '=', workspaceId)
        .where('object_id', '=', from)
        .executeTakeFirst()
      if (row) await write(tx, to, row.document)
    },
    async remove(tx, objectId) {
      await tx.deleteFrom('notebook_documents').where('workspace_id', '=', workspaceId).where('object_id', '=', objectId).execute()
    },
  }
}
