import { send } from '#web/api/call.ts'

/** One api-version a provider: what these pages were written against. */
export const versions = {
  resources: '2025-04-01', authorization: '2022-04-01', network: '2025-05-01', compute: '2026-03-01', storage: '2025-08-01', databricks: '2026-01-01', identity: '2023-01-31', activity: '2015-04-01', metrics: '2018-01-01',
} as const

const byNamespace: Readonly<Record<string, string>> = {
  'microsoft.compute': versions.compute, 'microsoft.network': versions.network, 'microsoft.storage': versions.storage, 'microsoft.databricks': versions.databricks, 'microsoft.managedidentity': versions.identity,
}
/** The version to ask for a resource with. */
export const versionOf = (id: string): string => byNamespace[namespaceOf(id)] ?? versions.resources
const namespaceOf = (id: string): string => /\/providers\/([^/]+)\/(?!.*\/providers\/)/i.exec(id)?.[1]?.toLowerCase() ?? ''

type Query = Readonly<Record<string, string>>
export const urlOf = (path: string, version: string, query: Query = {}): string => `${path.split('/').map(encodeURIComponent).join('/')}?${new URLSearchParams({ 'api-version': version, ...query }).toString()}`

const json = async <Out>(response: Response): Promise<Out> => {
  const text = await response.text()
  // The resource manager answers by its own tables; what is read of it is written down in `types`.
  return (text === '' ? {} : JSON.parse(text)) as Out
}

export const get = async <Out>(path: string, version: string, query: Query = {}, signal?: AbortSignal): Promise<Out> => json<Out>(await send('GET', urlOf(path, version, query), undefined, signal))

/** Every page of a list. */
export async function list<Item>(path: string, version: string, query: Query = {}, signal?: AbortSignal): Promise<Item[]> {
  const items: Item[] = []
  let url: string | undefined = urlOf(path, version, query)
  while (url !== undefined) {
    const page: { value: Item[]; nextLink?: string } = await json(await send('GET', url, undefined, signal))
    items.push(...page.value)
    url = page.nextLink === undefined ? undefined : localPart(page.nextLink)
  }
  return items
}

/** What a change began: its answer, and where to follow it when it takes longer. */
export type Started<Out = unknown> = { body: Out; follow: string | null; final: boolean }
export async function change<Out = unknown>(method: 'PUT' | 'PATCH' | 'POST' | 'DELETE', path: string, version: string, body?: unknown, query: Query = {}): Promise<Started<Out>> {
  const response = await send(method, urlOf(path, version, query), body)
  const status = response.headers.get('azure-asyncoperation')
  const location = response.headers.get('location')
  const follow = status ?? (response.status === 202 ? location : null)
  return { body: await json<Out>(response), follow: follow === null ? null : localPart(follow), final: status === null }
}

/** Addresses in answers are absolute; pages stay on their own origin. */
const localPart = (url: string): string => {
  const { pathname, search } = new URL(url, location.href)
  return pathname + search
}

export type Progress = { status: string; properties?: { doing?: string | null; steps?: readonly string[] }; error?: { code: string; message: string }; startTime?: string; endTime?: string }
/** One look at a long operation. An address of the older kind answers 202 while it lasts. */
export async function look(follow: string, signal?: AbortSignal): Promise<Progress> {
  const response = await send('GET', follow, undefined, signal)
  if (response.status === 202) return { status: 'InProgress' }
  const body = await json<Partial<Progress>>(response)
  return { ...body, status: typeof body.status === 'string' ? body.status : 'Succeeded' }
}
export const isOver = (status: string): boolean => ['succeeded', 'failed', 'canceled'].includes(status.toLowerCase())

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
/** Waits for the end of a long operation. */
export async function waitFor(follow: string, signal?: AbortSignal): Promise<Progress> {
  for (;;) {
    const seen = await look(follow, signal)
    if (isOver(seen.status) || signal?.aborted) return seen
    await pause(1000)
  }
}
