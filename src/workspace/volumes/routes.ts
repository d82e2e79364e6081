import { implementFor } from '../caller.ts'
import { volumesApi } from './api.ts'
import type { VolumeService } from './service.ts'

export const volumeRoutes = (volumes: VolumeService) =>
  implementFor(volumesApi, {
    create: ({ caller, body }) => volumes.create(caller, body),
    list: ({ query }) => volumes.list(query),
    read: ({ params }) => volumes.read(params.name),
    update: ({ caller, params, body }) => volumes.update(caller, params.name, body),
    remove: ({ caller, params }) => volumes.remove(caller, params.name),
  })
