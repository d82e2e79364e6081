import { z } from 'zod'
import { defineApi, del, get, patch, post } from '#base/http/api.ts'

/** Volumes of Unity Catalog 2.1. Source: catalog.VolumesAPI and catalog.VolumeInfo in databricks-sdk-py. */
const Name = z.string().regex(/^[\w-]{1,255}$/, 'letters, digits, _ and - only')
const Comment = z.string().max(10_000)
const Volume = z.object({
  catalog_name: z.string(), schema_name: z.string(), name: z.string(), full_name: z.string(), volume_id: z.string(), volume_type: z.literal('MANAGED'), owner: z.string(),
  comment: z.string().optional(), created_at: z.int(), created_by: z.string(), updated_at: z.int(), updated_by: z.string(), storage_location: z.string(),
})
const One = z.object({ name: z.string() })
const path = '/api/2.1/unity-catalog/volumes'

export const volumesApi = defineApi({
  create: post(path, {
    body: z.object({ catalog_name: z.string(), schema_name: z.string(), name: Name, volume_type: z.enum(['MANAGED', 'EXTERNAL']), comment: Comment.optional(), storage_location: z.string().optional() }),
    reply: Volume,
  }),
  list: get(path, {
    query: z.object({ catalog_name: z.string(), schema_name: z.string(), max_results: z.coerce.number().int().min(0).optional(), page_token: z.string().optional(), include_browse: z.string().optional() }),
    reply: z.object({ volumes: z.array(Volume) }),
  }),
  read: get(`${path}/:name`, { params: One, reply: Volume }),
  update: patch(`${path}/:name`, { params: One, body: z.object({ comment: Comment.optional(), new_name: Name.optional(), owner: z.string().optional() }), reply: Volume }),
  remove: del(`${path}/:name`, { params: One }),
})
