import { z } from 'zod'
import { parsed } from '#base/http/mount.ts'
import { asProblem, type Problem } from '#base/problem.ts'
import { Query, RevisionName, RunBody } from './api.ts'

const id = z.int()
const Message = z.discriminatedUnion('type', [
  RunBody.extend({ id, type: z.literal('run') }),
  z.object({ id, type: z.literal('cancel'), run_id: z.string().optional(), batch_id: z.string().optional() }),
  z.object({ id, type: z.literal('restart') }),
  z.object({ id, type: z.literal('clear'), cell_ids: z.array(z.string()).optional() }),
  z.object({ id, type: z.literal('attach'), cluster_id: z.string() }),
  z.object({ id, type: z.literal('detach') }),
  z.object({ id, type: z.literal('setWidget'), name: z.string(), value: z.string().max(100_000) }),
  z.object({ id, type: z.literal('removeWidget'), name: z.string() }),
  Query.extend({ id, type: z.literal('complete') }),
  Query.extend({ id, type: z.literal('inspect') }),
  z.object({ id, type: z.literal('saveRevision'), name: RevisionName }),
  z.object({ id, type: z.literal('restore'), revision_id: z.int().positive() }),
  z.object({ id, type: z.literal('ping') }),
])
/** What a browser asks, checked. */
export type Message = z.infer<typeof Message>

/** garbage: no message at all. wrong: a request that can be answered with what is wrong in it. */
export function parseMessage(text: string): { kind: 'message'; message: Message } | { kind: 'wrong'; id: number; problem: Problem } | { kind: 'garbage'; why: string } {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return { kind: 'garbage', why: 'The message is not JSON.' }
  }
  const asked = z.object({ id }).safeParse(value).data
  if (!asked) return { kind: 'garbage', why: 'The message has no id.' }
  try {
    return { kind: 'message', message: parsed(Message, value, 'message') }
  } catch (error) {
    return { kind: 'wrong', id: asked.id, problem: asProblem(error) }
  }
}
