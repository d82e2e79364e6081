import { ApiError } from '#web/api/call.ts'
import { closeCodes, type Request, type ServerMessage } from '#web/api/generated/notebook-wire.ts'

export type Connection =
  | { phase: 'connecting' }
  | { phase: 'open' }
  /** It tries again by itself. */
  | { phase: 'lost'; retryAt: number }
  /** It does not try again. */
  | { phase: 'ended'; error: ApiError }

export type SocketDeps = {
  url: string
  onText: (message: ServerMessage) => void
  onBinary: (frame: Uint8Array) => void
  /** A connection begins; nothing has been sent on it. */
  onOpen: () => void
  onState: (state: Connection) => void
  /** Why a connection could not be made: a browser does not say. Resolves to an error that is for good, or null. */
  diagnose: () => Promise<ApiError | null>
}
export type NotebookSocket = {
  /** False when there is no connection now. */
  send(frame: Uint8Array<ArrayBuffer>): boolean
  /** The `reply` to a request; an `ApiError` when it was refused or the connection was lost. */
  request<T>(request: Request): Promise<T>
  retryNow(): void
  close(): void
}

const lost = () => new ApiError(0, 'DISCONNECTED', 'The notebook is not connected now. It connects again by itself; then repeat this.', null)
const ends: Record<number, [status: number, code: string, message: string]> = {
  [closeCodes.unauthenticated]: [401, 'UNAUTHENTICATED', 'Your session has ended. Sign in again; what you typed here is still on this page.'],
  [closeCodes.forbidden]: [403, 'PERMISSION_DENIED', 'You may not read this notebook (any more).'],
  [closeCodes.gone]: [404, 'RESOURCE_DOES_NOT_EXIST', 'This notebook does not exist (any more).'],
}

/** A connection that comes back: with a growing delay, at once when the network returns. */
export function openSocket({ url, onText, onBinary, onOpen, onState, diagnose }: SocketDeps): NotebookSocket {
  let socket: WebSocket | null = null
  let [attempt, lastId, closed] = [0, 0, false]
  let timer: ReturnType<typeof setTimeout> | undefined
  const waiting = new Map<number, { resolve: (value: never) => void; reject: (error: unknown) => void }>()

  const settle = (message: ServerMessage): boolean => {
    if (message.type !== 'reply' && !(message.type === 'error' && message.id !== undefined)) return false
    const one = waiting.get(message.id ?? -1)
    waiting.delete(message.id ?? -1)
    if (message.type === 'reply') one?.resolve(message.result as never) // each request knows its reply: wire.ts
    else one?.reject(new ApiError(400, message.error_code, message.message, message.request_id))
    return true
  }
  const failAll = () => {
    for (const { reject } of waiting.values()) reject(lost())
    waiting.clear()
  }
  const connect = () => {
    clearTimeout(timer)
    onState({ phase: 'connecting' })
    const mine = new WebSocket(url)
    socket = mine
    let opened = false
    mine.binaryType = 'arraybuffer'
    mine.addEventListener('open', () => {
      ;[opened, attempt] = [true, 0]
      onState({ phase: 'open' })
      onOpen()
    })
    mine.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
      if (data instanceof ArrayBuffer) return onBinary(new Uint8Array(data))
      const message: ServerMessage = JSON.parse(String(data))
      if (!settle(message)) onText(message)
    })
    mine.addEventListener('close', ({ code }) => {
      if (socket !== mine) return
      socket = null
      failAll()
      void after(code, opened)
    })
  }
  const after = async (code: number, opened: boolean) => {
    if (closed) return
    const end = ends[code]
    const error = end ? new ApiError(end[0], end[1], end[2], null) : opened ? null : await diagnose().catch(() => null)
    if (closed) return
    if (error) return onState({ phase: 'ended', error })
    const delay = Math.min(10_000, 250 * 2 ** Math.min(attempt++, 6)) * (0.75 + Math.random() / 2)
    onState({ phase: 'lost', retryAt: Date.now() + delay })
    timer = setTimeout(connect, delay)
  }
  const retryNow = () => {
    if (socket !== null || closed) return
    attempt = 0
    connect()
  }
  addEventListener('online', retryNow)
  // A silent line is closed by proxies, and a machine that slept notices that it is gone.
  const pulse = setInterval(() => {
    if (socket?.readyState === WebSocket.OPEN) void request({ type: 'ping' }).catch(() => {})
  }, 25_000)

  function request<T>(asked: Request): Promise<T> {
    if (socket?.readyState !== WebSocket.OPEN) return Promise.reject(lost())
    const id = ++lastId
    socket.send(JSON.stringify({ id, ...asked }))
    return new Promise<T>((resolve, reject) => waiting.set(id, { resolve, reject }))
  }
  connect()
  return {
    send(frame) {
      if (socket?.readyState !== WebSocket.OPEN) return false
      socket.send(frame)
      return true
    },
    request,
    retryNow,
    close() {
      closed = true
      clearTimeout(timer)
      clearInterval(pulse)
      removeEventListener('online', retryNow)
      const open = socket
      socket = null
      open?.close(1000)
      failAll()
    },
  }
}
