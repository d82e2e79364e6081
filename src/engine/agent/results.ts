import { tableMime, type CommandResults, type Output } from '../wire.ts'
import type { NewEvent } from './events.ts'
import type { Message } from './jupyter.ts'

/** By which the runtime tells the value of `dbutils.notebook.exit`; not shown. */
export const exitMime = 'application/vnd.brickyard.exit+json'

/** What a kernel's message means for its command, or null when nothing. */
export function eventOf(message: Message): NewEvent | null {
  const { content } = message
  const type = message.header.msg_type
  if (type === 'stream') return { kind: 'output', output: { kind: 'stream', name: content.name === 'stderr' ? 'stderr' : 'stdout', text: String(content.text) } }
  if (type === 'error') return { kind: 'output', output: { kind: 'error', name: String(content.ename), value: String(content.evalue), traceback: Array.isArray(content.traceback) ? content.traceback.map(String) : [] } }
  if (type === 'clear_output') return { kind: 'clear', wait: content.wait === true }
  const displayId = record(content.transient).display_id
  const shown = { data: record(content.data), metadata: record(content.metadata) }
  if (type === 'update_display_data' && typeof displayId === 'string') return { kind: 'update', displayId, ...shown }
  if (type !== 'display_data' && type !== 'execute_result') return null
  return { kind: 'output', output: { kind: 'display', ...shown }, ...(typeof displayId === 'string' ? { displayId } : {}) }
}

/** The exit value in a message of ours, if it is one. */
export function exitOf(event: NewEvent): string | undefined {
  if (event.kind !== 'output' || event.output.kind !== 'display') return undefined
  const exit = record(event.output.data[exitMime])
  return typeof exit.value === 'string' ? exit.value : undefined
}

/** What brickyard.Statements answered, as an output: a table, or an error. `empty`: a table without columns, as most commands answer. */
export function outputOfStatement(json: string): { output: Output; empty: boolean } {
  const answer = record(JSON.parse(json))
  const error = record(answer.error)
  if (typeof error.name === 'string') return { output: { kind: 'error', name: error.name, value: String(error.value), traceback: String(error.trace).split('\n') }, empty: false }
  return { output: { kind: 'display', data: { [tableMime]: answer }, metadata: {} }, empty: Array.isArray(answer.schema) && answer.schema.length === 0 }
}

export const record = (value: unknown): Record<string, unknown> => (typeof value === 'object' && value !== null ? { ...value } : {})

/** The one result that Command Execution 1.2 gives for all that a command showed: an error wins, then the last table, then images, then text. */
export function resultsOf(outputs: readonly Output[]): CommandResults {
  const error = outputs.findLast((output) => output.kind === 'error')
  if (error) {
    const cause = plainText(error.traceback.join('\n')) || `${error.name}: ${error.value}`
    return { resultType: 'error', summary: `${error.name}: ${error.value}`.slice(0, 10_000), cause: cause.slice(0, 100_000) }
  }
  const shown = outputs.filter((output) => output.kind === 'display')
  const table = record(shown.findLast((output) => tableMime in output.data)?.data[tableMime])
  if (Array.isArray(table.schema) && Array.isArray(table.data)) {
    const schema = table.schema.map((column) => ({ name: String(column.name), type: String(column.type), metadata: String(column.metadata ?? '{}') }))
    return { resultType: 'table', data: table.data, schema, truncated: table.truncated === true, isJsonSchema: true }
  }
  const images = shown.flatMap((output) => (typeof output.data['image/png'] === 'string' ? [`data:image/png;base64,${output.data['image/png'].replace(/\s/g, '')}`] : []))
  if (images.length === 1 && images[0] !== undefined) return { resultType: 'image', fileName: images[0] }
  if (images.length > 1) return { resultType: 'images', fileNames: images }
  return { resultType: 'text', data: outputs.map(textOf).join('').replace(/\n$/, '') }
}

function textOf(output: Output): string {
  if (output.kind === 'stream') return output.text
  if (output.kind === 'error') return ''
  const text = output.data['text/html'] ?? output.data['text/plain'] ?? output.data['text/markdown']
  if (text === undefined) return ''
  return `${Array.isArray(text) ? text.join('') : typeof text === 'string' ? text : JSON.stringify(text)}\n`
}

/** Without the colours that IPython gives a traceback. */
// oxlint-disable-next-line no-control-regex -- the escape character is what colours begin with
export const plainText = (text: string): string => text.replace(/\u001b\[[0-9;]*m/g, '')
