import type { FastifyInstance } from 'fastify'
import { outputFrameHeaders, outputFramePage } from './page.ts'

/** `/output-frame`: an empty page without an origin. It needs no sign-in, for it has nothing. */
export function registerOutputFrame(app: FastifyInstance): void {
  app.get('/output-frame', (_request, reply) => reply.headers(outputFrameHeaders).send(outputFramePage))
}
