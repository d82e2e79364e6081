// What the two ends of the relay say to each other. Imports nothing: it is copied into the image.

/** A machine opens this on its workspace: without `stream` the control connection, with it one stream that was asked for. */
export const relayPath = '/api/2.0/brickyard/relay'
export const relayProtocol = 'brickyard-relay'

/** Ports of a driver machine that the relay reaches; the agent refuses all others. `agent` is no port of the machine: the agent itself answers. */
export const driverPorts = { agent: 7, connect: 15002, sparkUi: 4040 } as const

/** The server pings this often; either end gives up a connection that is silent for `silence`. */
export const pingEvery = 5_000
export const silence = 16_000

/** One JSON object a line. */
export type ToMachine = { ping: number } | { open: string; port: number }
export type ToServer = { pong: number } | { refused: string; why: string }

/** Cuts a byte stream into the objects of its lines. What is not one of ours ends the connection at `wrong`. */
export function readLines(take: (message: Record<string, unknown>) => void, wrong: () => void): (chunk: Buffer) => void {
  let rest = ''
  return (chunk) => {
    const lines = (rest + chunk.toString('utf8')).split('\n')
    rest = lines.pop() ?? ''
    if (rest.length > 65_536) return wrong()
    for (const line of lines) {
      const message = parse(line)
      if (message === null) return wrong()
      take(message)
    }
  }
}

function parse(line: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === 'object' && value !== null ? { ...value } : null
  } catch {
    return null
  }
}
