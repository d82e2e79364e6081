import type { Generated, Kysely, Selectable } from 'kysely'
import { Problem } from '#base/problem.ts'
import type { WorkspaceCaller } from '../caller.ts'
import type { WorkspaceRecord } from '../contract.ts'
import type { RootStorage } from '../files/root-storage.ts'

type Volumes = {
  workspace_id: string
  volume_id: Generated<string>
  name: string
  owner: string
  comment: string | null
  created_by: string
  updated_by: string
  created_at: Generated<Date>
  updated_at: Generated<Date>
}
export type Tables = { volumes: Volumes }
export type VolumeService = ReturnType<typeof volumeService>

/** The catalog and the schema that every workspace has; more of them come with the catalog. */
const catalog = 'main'
const schema = 'default'
const folderOf = (name: string) => `Volumes/${catalog}/${schema}/${name}`

/** Managed volumes: folders of the root storage that have a name in the catalog. Every member reads and writes them; the owner and administrators manage them. */
export const volumeService = ({ db, record, root }: { db: Kysely<Tables>; record: WorkspaceRecord; root: RootStorage }) => {
  const { workspaceId, storage } = record
  const all = () => db.selectFrom('volumes').selectAll().where('workspace_id', '=', workspaceId)
  const show = (row: Selectable<Volumes>) => ({
    catalog_name: catalog, schema_name: schema, name: row.name, full_name: `${catalog}.${schema}.${row.name}`, volume_id: row.volume_id, volume_type: 'MANAGED' as const, owner: row.owner,
    ...(row.comment === null ? {} : { comment: row.comment }), created_at: row.created_at.getTime(), created_by: row.created_by, updated_at: row.updated_at.getTime(), updated_by: row.updated_by,
    storage_location: `abfss://${storage.container}@${storage.account}.dfs.core.windows.net/${folderOf(row.name)}`,
  })
  function mustBeHere(catalogName: string, schemaName: string): void {
    if (catalogName !== catalog) throw new Problem('not_found', `Catalog '${catalogName}' does not exist. This workspace has the catalog '${catalog}'.`, { extra: { wireCode: 'CATALOG_DOES_NOT_EXIST' } })
    if (schemaName !== schema) throw new Problem('not_found', `Schema '${catalogName}.${schemaName}' does not exist. The catalog has the schema '${schema}'.`, { extra: { wireCode: 'SCHEMA_DOES_NOT_EXIST' } })
  }
  async function find(fullName: string): Promise<Selectable<Volumes>> {
    const [catalogName = '', schemaName = '', name = ''] = fullName.split('.')
    mustBeHere(catalogName, schemaName)
    const row = await all().where('name', '=', name).executeTakeFirst()
    if (!row) throw new Problem('not_found', `Volume '${fullName}' does not exist.`, { extra: { wireCode: 'VOLUME_DOES_NOT_EXIST' } })
    return row
  }
  async function mustManage(caller: WorkspaceCaller, fullName: string, verb: string): Promise<Selectable<Volumes>> {
    const row = await find(fullName)
    if (!caller.admin && row.owner !== caller.userName) throw new Problem('forbidden', `Only its owner ${row.owner} and workspace administrators may ${verb} the volume ${fullName}.`)
    return row
  }

  return {
    /** For those who read or write in it. */
    must: async (fullName: string): Promise<void> => void (await find(fullName)),
    async create(caller: WorkspaceCaller, wish: { catalog_name: string; schema_name: string; name: string; volume_type: string; comment?: string | undefined }) {
      mustBeHere(wish.catalog_name, wish.schema_name)
      if (wish.volume_type === 'EXTERNAL') throw new Problem('not_implemented', 'External volumes are not implemented yet by this workspace; managed ones are.')
      await root.makeFolder(folderOf(wish.name))
      const row = await db
        .insertInto('volumes')
        .values({ workspace_id: workspaceId, name: wish.name, comment: wish.comment ?? null, owner: caller.userName, created_by: caller.userName, updated_by: caller.userName })
        .onConflict((c) => c.doNothing())
        .returningAll()
        .executeTakeFirst()
      if (!row) throw new Problem('already_exists', `Volume '${catalog}.${schema}.${wish.name}' already exists.`, { extra: { wireCode: 'VOLUME_ALREADY_EXISTS' } })
      return show(row)
    },
    async list({ catalog_name, schema_name }: { catalog_name: string; schema_name: string }) {
      mustBeHere(catalog_name, schema_name)
      return { volumes: (await all().orderBy('name').execute()).map(show) }
    },
    read: async (fullName: string) => show(await find(fullName)),
    async update(caller: WorkspaceCaller, fullName: string, change: { comment?: string | undefined; new_name?: string | undefined; owner?: string | undefined }) {
      const row = await mustManage(caller, fullName, 'change')
      const name = change.new_name ?? row.name
      if (name !== row.name) {
        if (await all().where('name', '=', name).executeTakeFirst()) throw new Problem('already_exists', `Volume '${catalog}.${schema}.${name}' already exists.`, { extra: { wireCode: 'VOLUME_ALREADY_EXISTS' } })
        // Repeatable: after a crash in between the folder has its new name already.
        if (await root.find(folderOf(row.name))) await root.move(folderOf(row.name), folderOf(name), { overwrite: false })
      }
      const changed = await db
        .updateTable('volumes')
        .set({ name, comment: change.comment ?? row.comment, owner: change.owner ?? row.owner, updated_by: caller.userName, updated_at: new Date() })
        .where('workspace_id', '=', workspaceId)
        .where('volume_id', '=', row.volume_id)
        .returningAll()
        .executeTakeFirstOrThrow()
      return show(changed)
    },
    async remove(caller: WorkspaceCaller, fullName: string): Promise<void> {
      const row = await mustManage(caller, fullName, 'delete')
      await root.remove(folderOf(row.name), { recursive: true })
      await db.deleteFrom('volumes').where('workspace_id', '=', workspaceId).where('volume_id', '=', row.volume_id).execute()
    },
  }
}
