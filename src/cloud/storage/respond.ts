import type { ServerResponse } from 'node:http'
import type { Http2ServerResponse } from 'node:http2'
import { Readable, type Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Problem } from '#base/problem.ts'
import { declaration, element, text } from './blob/xml.ts'
import type { Answer, Api } from './call.ts'
import { wireError } from './errors.ts'

type Response = ServerResponse | Http2ServerResponse

/** Sends an answer; a body that is a stream is closed also when the client goes away. */
export async function respond(response: Response, answer: Answer, isHead: boolean): Promise<void> {
  response.statusCode = answer.status
  for (const [name, value] of Object.entries(answer.headers ?? {})) if (value !== undefined) response.setHeader(name, value)
  if (answer.body instanceof Readable && !isHead) return pipeline(answer.body, asWritable(response))
  if (answer.body instanceof Readable) answer.body.destroy()
  const body = answer.body === undefined || answer.body instanceof Readable ? '' : answer.body
  if (!response.hasHeader('content-length') && answer.status !== 304) response.setHeader('content-length', String(Buffer.byteLength(body)))
  if (isHead) response.end()
  else response.end(body)
}

/** Either response is a Writable; the overloads of `pipeline` cannot take the union. */
const asWritable = (response: Writable): Writable => response

/** A refusal in the words of the endpoint that was asked: JSON for dfs, XML for blob; the code in a header for both. */
export function errorAnswer(problem: Problem, api: Api, id: { requestId: string; at: Date }): Answer {
  const { status, code } = wireError(problem, api)
  const message = `${problem.message}\nRequestId:${id.requestId}\nTime:${id.at.toISOString()}`
  const body = api === 'dfs' ? JSON.stringify({ error: { code, message } }) : `${declaration}${element('Error', element('Code', code) + element('Message', text(message)))}`
  return { status, headers: { 'x-ms-error-code': code, 'content-type': api === 'dfs' ? 'application/json;charset=utf-8' : 'application/xml' }, body }
}
