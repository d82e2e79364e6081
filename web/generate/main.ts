import { copyFileSync, existsSync, globSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { z } from 'zod'
import type { Op } from '../../src/base/http/api.ts'
import { can as clusterCan } from '../../src/workspace/clusters/state.ts'
import { typeOf } from './types.ts'

// Writes the typed client of the workspace's API from the very tables that the server mounts.

const repo = join(import.meta.dirname, '..', '..')
const out = join(import.meta.dirname, '..', 'src', 'api', 'generated')
const isTable = (value: unknown): value is Record<string, Op> =>
  typeof value === 'object' && value !== null && Object.values(value).every((op) => typeof op === 'object' && op !== null && 'method' in op && 'paths' in op)

const schemaOf = (schema: z.ZodType | undefined, io: 'input' | 'output'): string =>
  schema === undefined ? 'undefined' : typeOf(z.toJSONSchema(schema, { io, unrepresentable: 'any' }))

function operation(name: string, op: Op): string {
  const parts = [
    ['params', schemaOf(op.params, 'input')],
    ['query', schemaOf(op.query, 'input')],
    ['body', schemaOf(op.body, 'input')],
  ].filter(([, type]) => type !== 'undefined')
  const input = parts.length === 0 ? 'Nothing' : `{ ${parts.map(([part, type]) => `${part}: ${type}`).join('; ')} }`
  const reply = op.reply === undefined ? 'Record<string, never>' : schemaOf(op.reply, 'output')
  const needs = op.needs === undefined ? '' : ` Needs ${op.needs}.`
  return `    /** ${op.method} ${op.paths[0]}.${needs} */\n    ${name}: operation<${input}, ${reply}>('${op.method}', ${JSON.stringify(op.paths[0])}),`
}

const rooms: string[] = []
for (const file of globSync('src/workspace/*/api.ts', { cwd: repo }).sort()) {
  const tables: Record<string, unknown> = await import(pathToFileURL(join(repo, file)).href)
  for (const [exported, table] of Object.entries(tables)) {
    if (!exported.endsWith('Api') || !isTable(table)) continue
    rooms.push(`  ${exported.slice(0, -3)}: {\n${Object.entries(table).map(([name, op]) => operation(name, op)).join('\n')}\n  },`)
  }
}
mkdirSync(out, { recursive: true })
writeFileSync(join(out, 'workspace.ts'), `// Generated from the operation tables of the server: do not edit.
import { operation, type Nothing } from '../operation.ts'

export const api = {
${rooms.join('\n')}
}

/** What may be done with a cluster, by its state: the server's own table. */
export const can = ${JSON.stringify({ cluster: clusterCan }, null, 2)} as const
`)
// Types of the live notebook, shared word for word.
const wire = join(repo, 'src', 'workspace', 'notebooks', 'wire.ts')
if (existsSync(wire)) copyFileSync(wire, join(out, 'notebook-wire.ts'))
