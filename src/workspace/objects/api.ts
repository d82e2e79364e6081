import { z } from 'zod'
import { defineApi, get, post } from '#base/http/api.ts'
import { formats } from './formats/read.ts'
import { largestFile } from './transfer.ts'

const Path = z.object({ path: z.string().min(1) })
const Language = z.enum(['PYTHON', 'SQL', 'SCALA', 'R'])
/** A flag as JSON, as a query and as a field of a form. */
const Flag = z
  .union([z.boolean(), z.enum(['true', 'false', 'True', 'False']).transform((text) => text.toLowerCase() === 'true')])
  .default(false)
const Id = z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER)

/** Source: workspace.ObjectInfo in databricks-sdk-py. Times are epoch milliseconds; `size` is of files alone. */
export const ObjectInfo = z.object({
  object_type: z.enum(['DIRECTORY', 'NOTEBOOK', 'FILE']),
  object_id: z.int(),
  resource_id: z.string(),
  path: z.string(),
  language: Language.optional(),
  size: z.int().optional(),
  created_at: z.int(),
  modified_at: z.int(),
})
const NamedInfo = ObjectInfo.extend({ name: z.string(), trashed_from: z.string().optional() })
/** `permission_level` null: a folder that only leads to something shared. */
const LeveledInfo = NamedInfo.extend({ permission_level: z.enum(['CAN_READ', 'CAN_RUN', 'CAN_EDIT', 'CAN_MANAGE']).nullable() })
export const ObjectDetails = LeveledInfo.extend({
  parents: z.array(z.object({ object_id: z.int(), name: z.string(), path: z.string() })),
})
const Where = z
  .object({ path: z.string().min(1).optional(), object_id: Id.optional() })
  .refine((where) => (where.path === undefined) !== (where.object_id === undefined), {
    message: 'give either path or object_id',
    path: ['path'],
  })
const Move = z.object({ path: z.string().min(1), destination_path: z.string().min(1) })

/** Source: WorkspaceAPI in databricks-sdk-py; `workspace-files` as declarative deployments use it. */
export const objectsApi = defineApi({
  list: get('/api/2.0/workspace/list', {
    query: Path.extend({ notebooks_modified_after: Id.optional() }),
    reply: z.object({ objects: z.array(ObjectInfo).optional() }),
    needs: 'CAN_READ',
  }),
  status: get('/api/2.0/workspace/get-status', { query: Path, reply: ObjectInfo, needs: 'CAN_READ' }),
  mkdirs: post('/api/2.0/workspace/mkdirs', { body: Path, needs: 'CAN_MANAGE on the folder above' }),
  import: post('/api/2.0/workspace/import', {
    body: Path.extend({
      /** Base64; as a file of a form the bytes themselves. */
      content: z.union([z.string(), z.instanceof(Buffer)]).default(''),
      format: z.enum(formats).default('SOURCE'),
      language: Language.optional(),
      overwrite: Flag,
    }),
    needs: 'CAN_MANAGE on the folder, or CAN_EDIT on what is overwritten',
  }),
  export: get('/api/2.0/workspace/export', {
    query: Path.extend({ format: z.enum(formats).default('SOURCE'), direct_download: Flag }),
    reply: z.object({ content: z.string(), file_type: z.string() }),
    download: true,
    needs: 'CAN_READ',
  }),
  delete: post('/api/2.0/workspace/delete', { body: Path.extend({ recursive: Flag }), needs: 'CAN_MANAGE' }),

  importFile: post('/api/2.0/workspace-files/import-file/*', {
    params: z.object({ '*': z.string().min(1) }),
    /** Ours, for editors: RAW stays a file whatever it says; `if_modified_at` refuses (409) when somebody changed it since. */
    query: z.object({ overwrite: Flag, format: z.enum(['AUTO', 'RAW']).default('AUTO'), if_modified_at: Id.optional() }),
    bytes: { atMost: largestFile },
    reply: ObjectInfo,
    needs: 'CAN_MANAGE on the folder, or CAN_EDIT on what is overwritten',
  }),
  readFile: get('/api/2.0/workspace-files/*', {
    params: z.object({ '*': z.string().min(1) }),
    reply: z.object({}),
    download: true,
    needs: 'CAN_READ',
  }),
})

/** What the browser needs beyond it. */
export const objectsBrowserApi = defineApi({
  object: get('/api/2.0/brickyard/workspace/object', { query: Where, reply: ObjectDetails, needs: 'CAN_READ' }),
  browse: get('/api/2.0/brickyard/workspace/browse', {
    query: Where,
    reply: z.object({ folder: ObjectDetails, objects: z.array(LeveledInfo) }),
    needs: 'CAN_READ',
  }),
  search: get('/api/2.0/brickyard/workspace/search', {
    query: z.object({ query: z.string().min(1).max(255), max_results: z.coerce.number().int().min(1).max(500).default(100) }),
    reply: z.object({ objects: z.array(NamedInfo) }),
    needs: 'CAN_READ',
  }),
  move: post('/api/2.0/brickyard/workspace/move', { body: Move, reply: NamedInfo, needs: 'CAN_MANAGE on it and on the new folder' }),
  copy: post('/api/2.0/brickyard/workspace/copy', { body: Move, reply: NamedInfo, needs: 'CAN_READ on it, CAN_MANAGE on the new folder' }),
  trash: post('/api/2.0/brickyard/workspace/trash', { body: Path, reply: NamedInfo, needs: 'CAN_MANAGE' }),
  restore: post('/api/2.0/brickyard/workspace/restore', { body: Path, reply: NamedInfo, needs: 'CAN_MANAGE' }),
  zip: get('/api/2.0/brickyard/workspace/zip', { query: Path, reply: z.object({}), download: true, needs: 'CAN_READ' }),
  unzip: post('/api/2.0/brickyard/workspace/zip', {
    body: Path.extend({ content: z.instanceof(Buffer) }),
    reply: ObjectDetails,
    needs: 'CAN_MANAGE on the folder above',
  }),
})
