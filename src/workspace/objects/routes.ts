import { Problem } from '#base/problem.ts'
import { implementFor } from '../caller.ts'
import { objectsApi, objectsBrowserApi } from './api.ts'
import type { ObjectService } from './service.ts'

export const objectRoutes = (objects: ObjectService) => [
  implementFor(objectsApi, {
    async list({ caller, query }) {
      const found = await objects.list(caller, query.path, query.notebooks_modified_after)
      return found.length === 0 ? {} : { objects: found }
    },
    status: ({ caller, query }) => objects.status(caller, query.path),
    mkdirs: ({ caller, body }) => objects.mkdirs(caller, body.path),
    import: ({ caller, body }) => objects.import(caller, { ...body, content: contentOf(body.content) }),
    async export({ caller, query }) {
      const { bytes, fileType, fileName } = await objects.export(caller, query.path, query.format, query.direct_download)
      return query.direct_download ? { download: bytes, fileName } : { content: bytes.toString('base64'), file_type: fileType }
    },
    delete: ({ caller, body }) => objects.remove(caller, body.path, body.recursive),
    importFile: ({ caller, params, query: { if_modified_at, ...how }, bytes }) =>
      objects.importFile(caller, `/${params['*']}`, { ...how, ifModifiedAt: if_modified_at }, bytes),
    async readFile({ caller, params }) {
      const { bytes, fileName } = await objects.read(caller, `/${params['*']}`)
      return { download: bytes, fileName }
    },
  }),
  implementFor(objectsBrowserApi, {
    object: ({ caller, query }) => objects.details(caller, query.path ?? query.object_id ?? 0),
    browse: ({ caller, query }) => objects.browse(caller, query.path ?? query.object_id ?? 0),
    search: async ({ caller, query }) => ({ objects: await objects.search(caller, query.query, query.max_results) }),
    move: ({ caller, body }) => objects.move(caller, body.path, body.destination_path),
    copy: ({ caller, body }) => objects.copy(caller, body.path, body.destination_path),
    trash: ({ caller, body }) => objects.trash(caller, body.path),
    restore: ({ caller, body }) => objects.restore(caller, body.path),
    async zip({ caller, query }) {
      const { bytes, fileName } = await objects.zip(caller, query.path)
      return { download: bytes, fileName }
    },
    unzip: ({ caller, body }) => objects.unzip(caller, body.path, body.content),
  }),
]

/** Base64 as JSON carries it, also the URL-safe kind and with line breaks; a posted file as it is. */
function contentOf(content: string | Buffer): Buffer {
  if (typeof content !== 'string') return content
  const text = content.replaceAll(/\s/g, '')
  if (!/^[\w+/-]*={0,2}$/.test(text))
    throw new Problem('invalid', 'Invalid value for field content: it is not base64', { extra: { field: 'content' } })
  return Buffer.from(text, 'base64')
}
