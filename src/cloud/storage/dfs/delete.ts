import type { Answer } from '../call.ts'
import { mustHold, readConditions } from '../conditions.ts'
import { remove } from '../disk/tree.ts'
import type { Scene } from '../operation.ts'

/** Path – Delete. A directory goes at once whatever its size, so there is never a continuation to come back for. */
export async function deletePath({ call, disk, place }: Scene): Promise<Answer> {
  const conditions = readConditions(call)
  await remove(disk, place, { recursive: call.query.get('recursive') === 'true' }, (existing) => mustHold(conditions, existing))
  return { status: 200 }
}
