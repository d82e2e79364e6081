import { connect, type Socket } from 'node:net'

/** A Java object that the gateway holds for us. */
export type Reference = { ref: string }
export type JavaValue = string | number | boolean | null | Reference
export type Gateway = {
  /** Calls a static method (`z:<class>`) or a method of an object. */
  call(target: string | Reference, method: string, ...args: JavaValue[]): Promise<JavaValue>
  /** A call whose answer is a text. */
  text(target: string | Reference, method: string, ...args: JavaValue[]): Promise<string>
  close(): void
}

/** One argument or value as the text protocol writes it. Source: py4j.protocol (py4j 0.10). */
export function encode(value: JavaValue): string {
  if (value === null) return 'n'
  if (typeof value === 'string') return `s${value.replace(/\\/g, '\\\\').replace(/\n/g, '\\n').replace(/\r/g, '\\r')}`
  if (typeof value === 'boolean') return value ? 'bTrue' : 'bFalse'
  if (typeof value === 'number') return Number.isInteger(value) ? (Math.abs(value) < 2 ** 31 ? `i${value}` : `L${value}`) : `d${value}`
  return `r${value.ref}`
}

/** An answer line without its `!`. Throws for `x…`. */
export function decode(line: string): JavaValue {
  if (line.startsWith('x')) throw line.startsWith('xr') ? javaError('Java exception', line.slice(2)) : javaError(text(line.slice(2)))
  const [type, rest] = [line.slice(1, 2), line.slice(2)]
  if (type === 's') return text(rest)
  if (type === 'b') return rest.toLowerCase() === 'true'
  if (type === 'i' || type === 'L' || type === 'd') return Number(rest)
  if (type === 'v' || type === 'n') return null
  return { ref: rest }
}

/** An exception thrown in the JVM; `javaRef` names the exception object. */
const javaError = (message: string, javaRef?: string) => Object.assign(new Error(message), { javaRef })

const text = (escaped: string) => escaped.replace(/\\(.)/g, (_all, char: string) => (char === 'n' ? '\n' : char === 'r' ? '\r' : char))

/** Speaks to a py4j gateway on loopback. The gateway serves one call at a time on a connection, so each call takes an idle one or opens another. */
export function openGateway(port: number, secret: string): Gateway {
  const idle: Line[] = []
  const open = new Set<Line>()
  async function connectLine(): Promise<Line> {
    const line = await dial(port, () => open.delete(line))
    open.add(line)
    decode(await line.ask(`A\n${secret}\n`))
    return line
  }
  async function ask(command: string): Promise<JavaValue> {
    const line = idle.pop() ?? (await connectLine())
    const answer = await line.ask(command)
    idle.push(line)
    return decode(answer)
  }
  const gateway: Gateway = {
    async call(target, method, ...args) {
      const to = typeof target === 'string' ? target : target.ref
      try {
        return await ask(['c', to, method, ...args.map(encode), 'e', ''].join('\n'))
      } catch (error) {
        const exception = error instanceof Error && 'javaRef' in error && typeof error.javaRef === 'string' ? error.javaRef : undefined
        if (exception === undefined) throw error
        const message = await ask(['c', exception, 'toString', 'e', ''].join('\n'))
        throw new Error(typeof message === 'string' ? message : 'Java exception', { cause: error })
      }
    },
    async text(target, method, ...args) {
      const answer = await gateway.call(target, method, ...args)
      if (typeof answer !== 'string') throw new Error(`${method} answered no text`)
      return answer
    },
    close() {
      for (const line of open) line.close()
    },
  }
  return gateway
}

type Line = { ask(command: string): Promise<string>; close(): void }

function dial(port: number, gone: () => void): Promise<Line> {
  return new Promise((resolve, reject) => {
    const socket: Socket = connect({ port, host: '127.0.0.1', noDelay: true })
    // A long answer comes in many chunks: joined once.
    let chunks: string[] = []
    let waiting: { resolve: (line: string) => void; reject: (error: Error) => void } | undefined
    const fail = (error: Error) => {
      reject(error)
      waiting?.reject(error)
      waiting = undefined
      gone()
    }
    socket.setEncoding('utf8')
    socket.on('data', (chunk: string) => {
      const end = chunk.indexOf('\n')
      chunks.push(end < 0 ? chunk : chunk.slice(0, end))
      if (end < 0) return
      const line = chunks.join('')
      chunks = [chunk.slice(end + 1)]
      waiting?.resolve(line.slice(1))
      waiting = undefined
    })
    socket.on('error', (error) => fail(new Error(`The Spark driver does not answer: ${error.message}`, { cause: error })))
    socket.on('close', () => fail(new Error('The Spark driver has ended')))
    socket.on('connect', () =>
      resolve({
        ask: (command) => new Promise((done, failed) => {
          if (socket.destroyed) return failed(new Error('The Spark driver has ended'))
          waiting = { resolve: done, reject: failed }
          socket.write(command)
        }),
        close: () => socket.destroy(),
      }),
    )
  })
}
