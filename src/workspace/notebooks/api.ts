import { z } from 'zod'
import { defineApi, del, get, post, put } from '#base/http/api.ts'

const root = '/api/2.0/brickyard/notebooks/:object_id'
const id = z.coerce.number().int().positive().max(Number.MAX_SAFE_INTEGER)
const params = z.object({ object_id: id })
const revisionParams = params.extend({ revision_id: z.coerce.number().int().positive().max(2 ** 31 - 1) })
const cellParams = params.extend({ cell_id: z.string().min(1).max(200) })

export const Cell = z.object({ id: z.string().min(1).max(200), source: z.string(), title: z.string().max(1000).optional() })
export const Document = z.object({
  language: z.enum(['PYTHON', 'SQL', 'SCALA', 'R']),
  cells: z
    .array(Cell)
    .max(10_000)
    .refine((cells) => new Set(cells.map((cell) => cell.id)).size === cells.length, 'two cells have the same id'),
})
const Choice = z.union([
  z.strictObject({ cell_ids: z.array(z.string().max(200)).max(10_000) }),
  z.strictObject({ all: z.literal(true) }),
  z.strictObject({ above: z.string() }),
  z.strictObject({ below: z.string() }),
])
export const RunBody = z.object({ cells: Choice, sources: z.record(z.string().max(200), z.string()).optional() })
export const Query = z.object({ code: z.string().max(1_000_000), cursor: z.int().min(0) })
export const RevisionName = z.string().trim().min(1).max(200)

// Shapes of wire.ts; the rooms make them, nothing of a row is in them that must not leave.
const Attachment = z.looseObject({ cluster_id: z.string().nullable(), context: z.string() })
const Run = z.looseObject({ run_id: z.string(), cell_id: z.string(), state: z.string() })
const Runs = z.object({ batch_id: z.string(), runs: z.array(Run) })
const Revision = z.looseObject({ revision_id: z.number(), name: z.string().nullable(), created_at: z.number() })
const Result = z.looseObject({ cell_id: z.string(), run_id: z.string(), seq: z.number(), outputs: z.array(z.unknown()) })
const wait = { wait_seconds: z.coerce.number().min(0).max(600).default(0) }

/** Notebooks for clients without a live connection. What is live is in wire.ts. */
export const notebooksApi = defineApi({
  state: get(root, {
    params,
    reply: z.looseObject({ object_id: z.number(), path: z.string(), level: z.string(), language: z.string(), cells: z.array(z.unknown()), attachment: Attachment, runs: z.array(Run) }),
    needs: 'CAN_READ',
  }),
  replace: put(`${root}/document`, { params, body: Document, needs: 'CAN_EDIT' }),
  attach: post(`${root}/attach`, { params, body: z.object({ cluster_id: z.string() }), reply: Attachment, needs: 'CAN_RUN' }),
  detach: post(`${root}/detach`, { params, reply: Attachment, needs: 'CAN_RUN' }),
  restart: post(`${root}/restart`, { params, reply: Attachment, needs: 'CAN_RUN' }),
  run: post(`${root}/run`, { params, body: RunBody.extend(wait), reply: Runs, needs: 'CAN_RUN' }),
  batch: get(`${root}/batches/:batch_id`, { params: params.extend({ batch_id: z.string() }), query: z.object(wait), reply: Runs, needs: 'CAN_READ' }),
  cancel: post(`${root}/cancel`, { params, body: z.object({ run_id: z.string().optional(), batch_id: z.string().optional() }), needs: 'CAN_RUN' }),
  clear: post(`${root}/clear`, { params, body: z.object({ cell_ids: z.array(z.string()).optional() }), needs: 'CAN_RUN' }),
  result: get(`${root}/results/:cell_id`, { params: cellParams, reply: Result, needs: 'CAN_READ' }),
  setWidget: put(`${root}/widgets/:name`, { params: params.extend({ name: z.string() }), body: z.object({ value: z.string().max(100_000) }), needs: 'CAN_RUN' }),
  removeWidget: del(`${root}/widgets/:name`, { params: params.extend({ name: z.string() }), needs: 'CAN_RUN' }),
  complete: post(`${root}/complete`, { params, body: Query, reply: z.looseObject({ matches: z.array(z.unknown()), start: z.number(), end: z.number() }), needs: 'CAN_RUN' }),
  inspect: post(`${root}/inspect`, { params, body: Query, reply: z.object({ found: z.boolean(), data: z.record(z.string(), z.string()) }), needs: 'CAN_RUN' }),
  revisions: get(`${root}/revisions`, {
    params,
    query: z.object({ before: z.coerce.number().int().positive().max(2 ** 31 - 1).optional(), limit: z.coerce.number().int().min(1).max(100).default(50) }),
    reply: z.object({ revisions: z.array(Revision) }),
    needs: 'CAN_READ',
  }),
  saveRevision: post(`${root}/revisions`, { params, body: z.object({ name: RevisionName }), reply: Revision, needs: 'CAN_EDIT' }),
  revision: get(`${root}/revisions/:revision_id`, { params: revisionParams, reply: z.object({ revision: Revision, document: Document }), needs: 'CAN_READ' }),
  compare: get(`${root}/revisions/:revision_id/compare`, {
    params: revisionParams,
    query: z.object({ with: z.coerce.number().int().positive().max(2 ** 31 - 1).optional() }),
    reply: z.object({ language: z.object({ before: z.string(), after: z.string() }), cells: z.array(z.object({ cell_id: z.string(), change: z.string(), before: Cell.nullable(), after: Cell.nullable() })) }),
    needs: 'CAN_READ',
  }),
  restore: post(`${root}/revisions/:revision_id/restore`, { params: revisionParams, reply: Revision, needs: 'CAN_EDIT' }),
})
