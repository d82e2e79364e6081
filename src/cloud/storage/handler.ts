import { randomUUID } from 'node:crypto'
import { asProblem, type Problem } from '#base/problem.ts'
import type { RequestHandler } from '#base/http/serve.ts'
import { impliedAccount, readCall } from './address.ts'
import { authenticate } from './auth/authenticate.ts'
import { blobOperation } from './blob/routes.ts'
import type { Answer, Api, Call } from './call.ts'
import type { StorageDeps } from './contract.ts'
import { dfsOperation } from './dfs/routes.ts'
import { openDisks, type Disks } from './disk/disks.ts'
import { hasCode } from './disk/entry.ts'
import { refuse, wireError } from './errors.ts'
import { sceneOf } from './operation.ts'
import { errorAnswer, respond } from './respond.ts'
import { refuseUnsupported } from './unsupported.ts'

const ourVersion = '2025-11-05'

/** Answers ADLS Gen2 (dfs) and Blob requests for every account below `root`; give it to `serve` as `onRequest`. */
export function storageHandler(deps: StorageDeps): RequestHandler {
  const disks = openDisks(deps)
  return (request, response) => {
    const requestId = randomUUID()
    const { 'x-ms-client-request-id': clientId, 'x-ms-version': version } = request.headers
    response.setHeader('x-ms-request-id', requestId)
    response.setHeader('x-ms-version', typeof version === 'string' && /^[\d-]{10}$/.test(version) ? version : ourVersion)
    if (typeof clientId === 'string' && clientId.length <= 1024) response.setHeader('x-ms-client-request-id', clientId)
    const isHead = request.method === 'HEAD'
    const told: { call?: Call; api: Api } = { api: request.headers.accept?.includes('application/json') ? 'dfs' : 'blob' }
    const work = async (): Promise<Answer> => {
      told.call = readCall(request, await impliedAccount(request, async (name) => (await deps.account(name)) !== null))
      told.api = told.call.api
      return perform(told.call, deps, disks)
    }
    const answered = work().catch((error: unknown) => {
      const problem = asStorageProblem(error)
      logRefusal(deps, problem, { requestId, ...told })
      return errorAnswer(problem, told.api, { requestId, at: deps.clock() })
    })
    answered.then((answer) => respond(response, answer, isHead)).catch((error: unknown) => {
      deps.log.debug({ err: error, requestId }, 'the client went away')
      response.destroy()
    })
  }
}

/** Who asks, what for, whether they may; then the deed. */
async function perform(call: Call, deps: StorageDeps, disks: Disks): Promise<Answer> {
  const account = await deps.account(call.account)
  if (!account) {
    disks.forget(call.account)
    throw refuse('AccountNotFound')
  }
  const grant = await authenticate(call, account, deps)
  const operation = call.api === 'dfs' ? dfsOperation(call, deps.clock) : blobOperation(call, deps)
  if (operation.needs !== 'own check') await grant.allow(operation.needs, call)
  refuseUnsupported(call)
  return operation.run(sceneOf(call, await disks.of(account), grant))
}

/** What the disk refuses is a Problem too; only what we did not expect is an internal error. */
function asStorageProblem(error: unknown): Problem {
  if (hasCode(error, 'ENAMETOOLONG')) return refuse('InvalidResourceName', 'The path is too long for the disk.')
  if (hasCode(error, 'ENOSPC') || hasCode(error, 'EDQUOT')) return refuse('InternalError', 'The disk of this storage is full.', String(error))
  return asProblem(error)
}

/** The path and the code; never a query or a header, where signatures are. */
function logRefusal(deps: StorageDeps, problem: Problem, { requestId, call, api }: { requestId: string; call?: Call; api: Api }): void {
  const { status, code } = wireError(problem, api)
  const line = { requestId, method: call?.method, account: call?.account, container: call?.container, path: call?.path, status, code, detail: problem.detail }
  if (status >= 500 && status !== 501) deps.log.error(line, 'storage request failed')
  else deps.log.debug(line, 'storage request refused')
}
