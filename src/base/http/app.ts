import fastify, { LogController, type FastifyBaseLogger, type FastifyInstance } from 'fastify'
import type { Log } from '../log.ts'

/** A server application with our log, a request id of our own on every request, and bodies up to 16 MiB. */
export function openApp(log: Log): FastifyInstance {
  const loggerInstance: FastifyBaseLogger = log
  return fastify({ loggerInstance, logController: new LogController({ disableRequestLogging: true }), bodyLimit: 16 * 1024 * 1024, genReqId: () => crypto.randomUUID() })
}
