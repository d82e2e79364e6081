import { implementFor } from '../caller.ts'
import { filesApi } from './api.ts'
import type { FilesService } from './service.ts'

export const fileRoutes = (files: FilesService) =>
  implementFor(filesApi, {
    metadata: ({ params }) => files.metadata(params['*']),
    download: ({ params, headers }) => files.download(params['*'], headers),
    upload: ({ params, query, stream }) => files.upload(params['*'], stream, query.overwrite),
    remove: ({ params }) => files.remove(params['*']),
    act: async ({ caller, params, query, body }) => {
      if (query.action === 'initiate-upload') return { multipart_upload: await files.begin(caller, params['*'], query.overwrite) }
      await files.complete(caller, params['*'], query.session_token, (body.parts ?? []).map((part) => part.part_number))
      return {}
    },
    directoryMetadata: ({ params }) => files.directoryMetadata(params['*']),
    list: ({ params, query }) => files.list(params['*'], query),
    createDirectory: ({ params }) => files.createDirectory(params['*']),
    removeDirectory: ({ params }) => files.removeDirectory(params['*']),
    downloadUrl: ({ query }) => files.downloadUrl(query.path, query.expire_time),
    uploadPartUrls: async ({ caller, body }) => ({ upload_part_urls: await files.partUrls(caller, body) }),
    abortUrl: async ({ caller, body }) => ({ abort_upload_url: await files.abortUrl(caller, body) }),
  })
