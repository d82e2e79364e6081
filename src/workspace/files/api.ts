import { z } from 'zod'
import { defineApi, del, get, head, post, put } from '#base/http/api.ts'

/** Files 2.0. Source: files.FilesAPI and mixins/files.py of databricks-sdk-py. */
const Rest = z.object({ '*': z.string() })
const flag = z.union([z.boolean(), z.stringbool()])
const fiveGiB = 5 * 1024 ** 3
const Header = z.object({ name: z.string(), value: z.string() })
const Url = z.object({ url: z.string(), headers: z.array(Header) })
const Session = z.object({ path: z.string(), session_token: z.string(), expire_time: z.string().optional() })
const Entry = z.object({ path: z.string(), name: z.string(), is_directory: z.boolean(), file_size: z.int().optional(), last_modified: z.int() })

export const filesApi = defineApi({
  metadata: head('/api/2.0/fs/files/*', { params: Rest, download: true }),
  download: get('/api/2.0/fs/files/*', { params: Rest, download: true }),
  upload: put('/api/2.0/fs/files/*', { params: Rest, query: z.object({ overwrite: flag.default(true) }), bytes: { atMost: fiveGiB }, status: 204 }),
  remove: del('/api/2.0/fs/files/*', { params: Rest, status: 204 }),
  /** Begins or ends an upload in parts, by `action`. */
  act: post('/api/2.0/fs/files/*', {
    params: Rest,
    query: z.object({ action: z.enum(['initiate-upload', 'complete-upload']), overwrite: flag.default(true), upload_type: z.string().optional(), session_token: z.string().optional() }),
    body: z.object({ parts: z.array(z.object({ part_number: z.int().min(1).max(50_000), etag: z.string().optional() })).optional() }),
    reply: z.object({ multipart_upload: z.object({ session_token: z.string() }).optional() }),
  }),
  directoryMetadata: head('/api/2.0/fs/directories/*', { params: Rest, download: true }),
  list: get('/api/2.0/fs/directories/*', {
    params: Rest,
    query: z.object({ page_size: z.coerce.number().int().min(1).transform((size) => Math.min(size, 1000)).default(1000), page_token: z.string().optional() }),
    reply: z.object({ contents: z.array(Entry), next_page_token: z.string().optional() }),
  }),
  createDirectory: put('/api/2.0/fs/directories/*', { params: Rest, status: 204 }),
  removeDirectory: del('/api/2.0/fs/directories/*', { params: Rest, status: 204 }),
  downloadUrl: post('/api/2.0/fs/create-download-url', { query: z.object({ path: z.string(), expire_time: z.string().optional() }), reply: Url }),
  uploadPartUrls: post('/api/2.0/fs/create-upload-part-urls', {
    body: Session.extend({ start_part_number: z.int().min(1).max(50_000), count: z.int().min(1).max(1000) }),
    reply: z.object({ upload_part_urls: z.array(Url.extend({ part_number: z.int() })) }),
  }),
  abortUrl: post('/api/2.0/fs/create-abort-upload-url', { body: Session, reply: z.object({ abort_upload_url: Url }) }),
})
