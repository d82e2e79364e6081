import { createServer } from 'node:net'
import { rmSync } from 'node:fs'

/** What a kernel's code asks for while it runs. */
export type Ask = { command: string; name: string; body: Record<string, unknown> }
export type Answer = { ok: true; value: string } | { ok: false; message: string }

/**
 * Where the runtime in a kernel asks the agent, one JSON object a line: `{id, command, name, body}` and `{id, ok, value | message}`.
 * A socket that is a file of our private folder, named relative to the working folder.
 */
export function listenForAsks(path: string, take: (ask: Ask) => Promise<Answer>): Promise<{ close(): void }> {
  const server = createServer((socket) => {
    let rest = ''
    socket.setEncoding('utf8').on('error', () => socket.destroy())
    socket.on('data', (chunk: string) => {
      const lines = (rest + chunk).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) void answer(line)
    })
    const answer = async (line: string) => {
      const { id, command, name, body }: { id?: unknown; command?: unknown; name?: unknown; body?: Record<string, unknown> } = JSON.parse(line)
      const said = await take({ command: String(command), name: String(name), body: body ?? {} }).catch((error: Error): Answer => ({ ok: false, message: error.message }))
      socket.write(`${JSON.stringify({ id, ...said })}\n`)
    }
  })
  rmSync(path, { force: true })
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(path, () => resolve({ close: () => void server.close() }))
  })
}
