import { z } from 'zod'
import { defineApi, get, patch, put } from '#base/http/api.ts'

/** Source: iam.PermissionsAPI, iam.AccessControlRequest and iam.ObjectPermissions in databricks-sdk-py. */
const Object = z.object({ type: z.string(), id: z.string() })
const Entry = z.object({
  user_name: z.string().optional(),
  group_name: z.string().optional(),
  service_principal_name: z.string().optional(),
  permission_level: z.string(),
})
const Wish = z.object({ access_control_list: z.array(Entry).max(1000).default([]) })
const Permission = z.object({
  permission_level: z.string(),
  inherited: z.boolean(),
  inherited_from_object: z.array(z.string()).optional(),
})
export const ObjectPermissions = z.object({
  object_id: z.string(),
  object_type: z.string(),
  access_control_list: z.array(
    z.object({
      user_name: z.string().optional(),
      group_name: z.string().optional(),
      service_principal_name: z.string().optional(),
      display_name: z.string().optional(),
      all_permissions: z.array(Permission),
    }),
  ),
})
const path = '/api/2.0/permissions/:type/:id'

export const permissionsApi = defineApi({
  get: get(path, { params: Object, reply: ObjectPermissions, needs: 'any level' }),
  set: put(path, { params: Object, body: Wish, reply: ObjectPermissions, needs: 'CAN_MANAGE' }),
  update: patch(path, { params: Object, body: Wish, reply: ObjectPermissions, needs: 'CAN_MANAGE' }),
  levels: get(`${path}/permissionLevels`, {
    params: Object,
    reply: z.object({ permission_levels: z.array(z.object({ permission_level: z.string(), description: z.string() })) }),
    needs: 'any level',
  }),
  // Our extension: what the caller may do with it. Null: nothing, or there is no such object.
  mine: get('/api/2.0/brickyard/permissions/:type/:id/me', { params: Object, reply: z.object({ level: z.string().nullable() }) }),
})
