import { kindOf } from '../arm/kinds.ts'
import { partsOf } from '../arm/ids.ts'

const verbs: Readonly<Record<string, string>> = {
  write: 'Create or update', delete: 'Delete', start: 'Start', poweroff: 'Stop', restart: 'Restart', deallocate: 'Deallocate', listkeys: 'List keys of', ipflowverify: 'Check a flow with', retrievebootdiagnosticsdata: 'Read boot diagnostics of', join: 'Join',
}
/** `Microsoft.Compute/virtualMachines/start/action` in words. */
export function inWords(operation: string): string {
  const [, method, path] = /^(PUT|PATCH|POST|DELETE) (\/.*)$/.exec(operation) ?? []
  if (method !== undefined && path !== undefined) return `${methods[method] ?? method} ${lower(kindOf(partsOf(path).type).label)}`
  const parts = operation.split('/')
  const action = parts.at(-1)?.toLowerCase() === 'action'
  const verb = (action ? parts.at(-2) : parts.at(-1)) ?? ''
  const said = verbs[verb.toLowerCase()]
  if (!operation.startsWith('Microsoft.') || said === undefined) return operation
  const type = parts.slice(0, action ? -2 : -1).join('/').replace('Microsoft.Resources/subscriptions/resourceGroups', 'Microsoft.Resources/resourceGroups')
  return `${said} ${lower(kindOf(type).label)}`
}
const methods: Readonly<Record<string, string>> = { PUT: 'Create or update', PATCH: 'Update', POST: 'Act on', DELETE: 'Delete' }
const lower = (label: string): string => (/^[A-Z][a-z]* [A-Z]|^[A-Z]{2}/.test(label) ? label : label.slice(0, 1).toLowerCase() + label.slice(1))
