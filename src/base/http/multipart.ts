import { Busboy, type BusboyHeaders } from '@fastify/busboy'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { Problem } from '../problem.ts'

const fields = 32
const fieldBytes = 64 * 1024

/**
 * Lets operations take multipart forms: fields become the body's strings, files its Buffers, so that a schema parses a form as it
 * parses JSON. A doubled field is an array, which schemas refuse by name.
 */
export function readForms(app: FastifyInstance, largestBytes: number): void {
  app.addContentTypeParser('multipart/form-data', (request: FastifyRequest, payload: Readable) => formOf(request, payload, largestBytes))
}

async function formOf(request: FastifyRequest, payload: Readable, largestBytes: number): Promise<Record<string, unknown>> {
  const form = new Map<string, unknown>()
  const add = (name: string, value: unknown) => {
    const before = form.get(name)
    form.set(name, before === undefined ? value : Array.isArray(before) ? [...before, value] : [before, value])
  }
  const unreadable = (why: string, cause?: unknown) => new Problem('invalid_request', `The form could not be read: ${why}.`, { cause })
  let problem: Problem | undefined
  let left = largestBytes
  try {
    const headers: BusboyHeaders = { ...request.headers, 'content-type': request.headers['content-type'] ?? '' }
    const parser = new Busboy({ headers, limits: { fields, files: 4, parts: fields + 4, fieldSize: fieldBytes, fileSize: largestBytes } })
    parser.on('field', (name, value, nameCut, valueCut) => {
      if (nameCut || valueCut)
        problem ??= new Problem('invalid', `Invalid value for field ${name}: it is longer than ${fieldBytes} bytes`, {
          extra: { field: name },
        })
      add(name, value)
    })
    parser.on('file', (name, stream) => {
      const parts: Buffer[] = []
      stream.on('data', (part: Buffer) => {
        left -= part.length
        if (left >= 0) parts.push(part)
        else problem ??= new Problem('too_large', 'The request body is too large.')
      })
      stream.on('limit', () => (problem ??= new Problem('too_large', 'The request body is too large.')))
      // A form that breaks off tells its parts too, after it has told the parser.
      stream.on('error', (error) => (problem ??= unreadable('it breaks off', error)))
      stream.on('end', () => add(name, Buffer.concat(parts)))
    })
    parser.on('error', (error) => (problem ??= unreadable('it is damaged', error)))
    for (const limit of ['partsLimit', 'filesLimit', 'fieldsLimit'] as const)
      parser.on(limit, () => (problem ??= unreadable('it has too many parts')))
    await pipeline(payload, parser)
  } catch (error) {
    throw unreadable(error instanceof Error ? error.message.toLowerCase() : 'unknown', error)
  }
  if (problem) throw problem
  return Object.fromEntries(form)
}
