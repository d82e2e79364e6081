/** An answer that is not a success. `message` is the server's, made for people; `requestId` finds it in the logs. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly status: number
  readonly code: string
  readonly requestId: string | null
  constructor(status: number, code: string, message: string, requestId: string | null) {
    super(message)
    this.status = status
    this.code = code
    this.requestId = requestId
  }
}

/** The field of the request that an answer complains about, as the server names it: `autoscale.max_workers`. */
export const fieldOf = (error: unknown): string | undefined =>
  error instanceof ApiError ? /\bfield:? `?([\w.]+\w)/.exec(error.message)?.[1] : undefined

/** The server takes the session cookie only together with this: a form or an image of another page cannot send it. */
export const browserHeaders = { 'x-brickyard-browser': '1' } as const

/** One request to our own origin with JSON both ways. A lost session leads to the sign-in page and back. */
export async function call<Out>(method: string, url: string, body?: unknown, signal?: AbortSignal): Promise<Out> {
  const response = await send(method, url, body, signal)
  const text = await response.text()
  // The generated client says what the answer is; the server's reply schema has checked it.
  return (text === '' ? {} : JSON.parse(text)) as Out
}

/** The same for answers that are not JSON, and for headers. */
export async function send(method: string, url: string, body?: unknown, signal?: AbortSignal): Promise<Response> {
  const headers: Record<string, string> = { ...browserHeaders }
  const raw = body instanceof Blob || body instanceof FormData
  if (body !== undefined && !raw) headers['content-type'] = 'application/json'
  let response: Response
  try {
    response = await fetch(url, { method, headers, credentials: 'same-origin', ...(body === undefined ? {} : { body: raw ? body : JSON.stringify(body) }), ...(signal ? { signal } : {}) })
  } catch (error) {
    if (signal?.aborted) throw error
    throw new ApiError(0, 'UNREACHABLE', 'The server cannot be reached. Check that it runs, then try again.', null)
  }
  if (response.ok) return response
  if (response.status === 401) signIn()
  throw await failure(response)
}

/** Leads to the sign-in and back to this page. */
export function signIn(): void {
  location.assign(`/login?next=${encodeURIComponent(location.pathname + location.search + location.hash)}`)
}

const record = (value: unknown): Record<string, unknown> => (typeof value === 'object' && value !== null ? { ...value } : {})

/** Both dialects: `{error_code, message}` of the workspace, `{error: {code, message}}` of the resource manager and Graph, `detail` of SCIM. */
async function failure(response: Response): Promise<ApiError> {
  const text = await response.text().catch(() => '')
  let body: Record<string, unknown> = {}
  try {
    body = record(JSON.parse(text))
  } catch {
    // not JSON: the status must do
  }
  const inner = record(body.error)
  const word = (...values: unknown[]) => values.find((value): value is string => typeof value === 'string' && value !== '')
  return new ApiError(
    response.status,
    word(body.error_code, inner.code, body.scimType) ?? String(response.status),
    word(body.message, inner.message, body.detail) ?? `The server answered ${response.status} ${response.statusText}.`,
    response.headers.get('x-request-id') ?? response.headers.get('x-ms-request-id'),
  )
}
