import { z } from 'zod'
import { defineApi, get, post } from '#base/http/api.ts'

/** DBFS 2.0. Source: files.DbfsAPI in databricks-sdk-py. */
const Path = z.object({ path: z.string() })
const Handle = z.object({ handle: z.int() })
const Info = z.object({ path: z.string(), is_dir: z.boolean(), file_size: z.int(), modification_time: z.int() })
const flag = z.union([z.boolean(), z.stringbool()]).default(false)
const content = z.union([z.string(), z.instanceof(Buffer)])

export const dbfsApi = defineApi({
  create: post('/api/2.0/dbfs/create', { body: Path.extend({ overwrite: flag }), reply: Handle }),
  addBlock: post('/api/2.0/dbfs/add-block', { body: Handle.extend({ data: z.string() }) }),
  close: post('/api/2.0/dbfs/close', { body: Handle }),
  /** `contents` is base64 in JSON, and a file's bytes in a form. */
  put: post('/api/2.0/dbfs/put', { body: Path.extend({ contents: content.default(''), overwrite: flag }) }),
  read: get('/api/2.0/dbfs/read', {
    query: Path.extend({ offset: z.coerce.number().int().min(0).default(0), length: z.coerce.number().int().min(0).default(512 * 1024) }),
    reply: z.object({ bytes_read: z.int(), data: z.string() }),
  }),
  remove: post('/api/2.0/dbfs/delete', { body: Path.extend({ recursive: flag }) }),
  status: get('/api/2.0/dbfs/get-status', { query: Path, reply: Info }),
  list: get('/api/2.0/dbfs/list', { query: Path, reply: z.object({ files: z.array(Info) }) }),
  mkdirs: post('/api/2.0/dbfs/mkdirs', { body: Path }),
  move: post('/api/2.0/dbfs/move', { body: z.object({ source_path: z.string(), destination_path: z.string() }) }),
})
