import { readFileSync } from 'node:fs'
import type { FastifyRequest } from 'fastify'
import { Problem } from '#base/problem.ts'

type Node = {
  literal: Map<string, Node>
  any?: Node
  /** A parameter that takes several segments, as `projects/p/branches/b`. */ many?: Node
  names: Map<string, string>
}
const node = (): Node => ({ literal: new Map(), names: new Map() })

/** Rooms whose resource names follow the version at once (`/api/2.1/{name}`), and the collection that the names begin with. */
export const collections: Record<string, string> = {
  Budgets: 'budgets',
  Domains: 'domains',
  KnowledgeAssistants: 'knowledge-assistants',
  Sandbox: 'sandboxes',
  SupervisorAgents: 'supervisor-agents',
}

/**
 * The public operations of the official SDK as a tree of path segments: what exists but is not built yet is told by name.
 * The table's `{…}` stands for one segment, `{name}` and `{parent}` for one or more, and in `fs/files{…}` for the rest.
 */
export function readOperations(
  text: string = readFileSync(new URL('../operations.tsv', import.meta.url), 'utf8'),
): (method: string, path: string) => string | undefined {
  const root = node()
  for (const line of text.split('\n')) {
    const [tier, , , room, name, verb, path] = line.split('\t')
    if (!tier?.startsWith('T') || !room || !name || !verb || !path?.startsWith('/')) continue
    let here = root
    const known = path.replace(/(?<=[a-z])\{_.*$/, '/**').replace(/^(\/api\/2\.\d)\/\{/, `$1/${collections[room] ?? '-'}/{`)
    for (const part of known
      .replace(/\}:(\w+)$/, '}/:$1')
      .split('/')
      .slice(1))
      here = child(here, part)
    here.names.set(verb, `${room}.${name}`)
  }
  const named = (method: string, path: string) => find(root, path.split('/').slice(1), method)
  return (method, path) => named(method, path.replace(/([^/]):(\w+)$/, '$1/:$2')) ?? named(method, path)
}

function child(here: Node, part: string): Node {
  if (part === '{name}' || part === '{parent}') return (here.many ??= node())
  if (part.startsWith('{') && part.endsWith('}')) return (here.any ??= node())
  const next = here.literal.get(part) ?? node()
  here.literal.set(part, next)
  return next
}

function find(here: Node, parts: readonly string[], method: string): string | undefined {
  const rest = here.literal.get('**')
  const [part, ...others] = parts
  if (part === undefined) return here.names.get(method) ?? rest?.names.get(method)
  const literal = here.literal.get(part)
  const found = (literal && find(literal, others, method)) ?? (here.any && part !== '' ? find(here.any, others, method) : undefined)
  if (found) return found
  if (here.many && part !== '') {
    for (let taken = 0; taken <= others.length; taken += 1) {
      const deeper = find(here.many, others.slice(taken), method)
      if (deeper) return deeper
    }
  }
  return rest?.names.get(method)
}

/** What an unknown path is answered: 501 with the operation's name when the official SDK knows it, else 404. */
export function unknownOperation(nameOf: ReturnType<typeof readOperations>): (request: FastifyRequest) => Problem {
  return (request) => {
    const path = (request.url.split('?', 1)[0] ?? '').replaceAll(/\/{2,}/g, '/').replace(/(.)\/$/, '$1')
    const name = nameOf(request.method, path)
    if (!name) return new Problem('path_not_found', `No API found for '${request.method} ${path}'`)
    return new Problem('not_implemented', `Operation ${name} (${request.method} ${path}) is not implemented yet by this workspace.`)
  }
}
