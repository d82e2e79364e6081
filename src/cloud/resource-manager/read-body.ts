import type { z } from 'zod'
import { bad } from './problems.ts'

/** Reads a body by its schema; what is wrong is said with the field's name, in Azure's form. */
export function read<S extends z.ZodType>(schema: S, value: unknown, at = 'properties'): z.infer<S> {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const issue = result.error.issues[0]
  const field = [at, ...(issue?.path.map(String) ?? [])].filter((part) => part !== '').join('.')
  const missing = issue?.code === 'invalid_type' && issue.message.endsWith('received undefined')
  if (missing) throw bad('InvalidRequestFormat', `Cannot parse the request: required property '${field}' is missing.`, field)
  throw bad('InvalidRequestFormat', `Cannot parse the request: '${field}' ${issue?.message ?? 'is invalid'}.`, field)
}
