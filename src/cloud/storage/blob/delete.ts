import type { Answer } from '../call.ts'
import { mustHold, readConditions } from '../conditions.ts'
import { remove } from '../disk/tree.ts'
import type { Scene } from '../operation.ts'

/** Delete Blob. A directory must be empty. */
export async function deleteBlob({ call, disk, place }: Scene): Promise<Answer> {
  const conditions = readConditions(call)
  await remove(disk, place, { recursive: false }, (existing) => mustHold(conditions, existing))
  return { status: 202, headers: { 'x-ms-delete-type-permanent': 'true' } }
}
