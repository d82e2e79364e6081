import { ApiError, call } from './call.ts'

export { ApiError }
/** Of a call without parts: `{}`. */
export type Nothing = { params?: undefined }
type Parts = { params?: object | undefined; query?: object | undefined; body?: unknown }

export type Operation<In, Out> = (input: In, signal?: AbortSignal) => Promise<Out>

/** A call of the API: parts in, the reply out. Throws `ApiError`. */
export function operation<In extends Parts, Out>(method: string, path: string): Operation<In, Out> {
  return ({ params, query, body }, signal) => call<Out>(method, `${filled(path, params)}${search(query)}`, body, signal)
}

/** `:name` and `*` of a path by the parameters. */
function filled(path: string, params: object | undefined): string {
  const values = new Map(Object.entries(params ?? {}).map(([name, value]) => [name, String(value)]))
  return path
    .replace(/:(\w+)/g, (_all, name: string) => encodeURIComponent(values.get(name) ?? ''))
    .replace('*', () => (values.get('*') ?? '').split('/').map(encodeURIComponent).join('/'))
}

function search(query: object | undefined): string {
  const entries = Object.entries(query ?? {}).flatMap(([name, value]) =>
    value === undefined || value === null ? [] : [[name, Array.isArray(value) ? value.join(',') : String(value)]],
  )
  return entries.length === 0 ? '' : `?${new URLSearchParams(entries)}`
}
