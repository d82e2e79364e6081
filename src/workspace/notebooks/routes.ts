import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { parsed } from '#base/http/mount.ts'
import { implementFor, type WorkspaceCaller } from '../caller.ts'
import { notebooksApi } from './api.ts'
import type { RevisionService } from './revisions.ts'
import type { NotebookService } from './service.ts'

export const notebookRoutes = (notebooks: NotebookService, revisions: RevisionService) =>
  implementFor(notebooksApi, {
    state: ({ caller, params }) => notebooks.state(caller, params.object_id),
    replace: ({ caller, params, body }) => revisions.replace(caller, params.object_id, { ...body, cells: body.cells.map(({ title, ...cell }) => ({ ...cell, ...(title === undefined ? {} : { title }) })) }),
    attach: ({ caller, params, body }) => notebooks.attach(caller, params.object_id, body.cluster_id),
    detach: ({ caller, params }) => notebooks.detach(caller, params.object_id),
    restart: ({ caller, params }) => notebooks.restart(caller, params.object_id),
    async run({ caller, params, body, signal }) {
      const started = await notebooks.run(caller, params.object_id, body)
      return body.wait_seconds > 0 ? notebooks.batch(caller, params.object_id, started.batch_id, body.wait_seconds * 1000, signal) : started
    },
    batch: ({ caller, params, query, signal }) => notebooks.batch(caller, params.object_id, params.batch_id, query.wait_seconds * 1000, signal),
    cancel: ({ caller, params, body }) => notebooks.cancel(caller, params.object_id, body),
    clear: ({ caller, params, body }) => notebooks.clear(caller, params.object_id, body.cell_ids),
    result: ({ caller, params }) => notebooks.result(caller, params.object_id, params.cell_id),
    setWidget: ({ caller, params, body }) => notebooks.setWidget(caller, params.object_id, params.name, body.value),
    removeWidget: ({ caller, params }) => notebooks.removeWidget(caller, params.object_id, params.name),
    complete: ({ caller, params, body }) => notebooks.complete(caller, params.object_id, body),
    inspect: ({ caller, params, body }) => notebooks.inspect(caller, params.object_id, body),
    revisions: ({ caller, params, query }) => revisions.list(caller, params.object_id, query),
    saveRevision: ({ caller, params, body }) => revisions.save(caller, params.object_id, body.name),
    revision: ({ caller, params }) => revisions.get(caller, params.object_id, params.revision_id),
    compare: ({ caller, params, query }) => revisions.compare(caller, params.object_id, params.revision_id, query.with),
    restore: ({ caller, params }) => revisions.restore(caller, params.object_id, params.revision_id),
  })

const Params = z.object({ object_id: z.coerce.number().int().positive(), cell_id: z.string() })

/** All that a cell printed, as a file: no page of ours, whatever is in it. */
export function resultDownload(app: FastifyInstance, notebooks: NotebookService, reader: (request: FastifyRequest) => Promise<WorkspaceCaller>): void {
  app.get('/api/2.0/brickyard/notebooks/:object_id/results/:cell_id/download', async (request, reply) => {
    const caller = await reader(request)
    const { object_id, cell_id } = parsed(Params, request.params, 'path')
    const text = await notebooks.whole(caller, object_id, cell_id)
    return reply
      .header('content-type', 'text/plain; charset=utf-8')
      .header('content-disposition', `attachment; filename="result-${cell_id.replaceAll(/[^\w-]/g, '_').slice(0, 60)}.txt"`)
      .header('cache-control', 'no-store')
      .send(text)
  })
}
