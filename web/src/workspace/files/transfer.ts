import { ApiError, browserHeaders, send } from '#web/api/call.ts'
import { encoded } from './objects.ts'

type Wish = { folder: string; file: File; name?: string; overwrite?: boolean; /** Source files become notebooks also without a notebook's first line. */ asNotebook?: boolean }
const languages: Record<string, string> = { py: 'PYTHON', sql: 'SQL', scala: 'SCALA', r: 'R' }
const extensionOf = (name: string) => name.toLowerCase().split('.').at(-1) ?? ''
const stem = (name: string) => name.replace(/\.[^.]+$/, '')

/** Sends one file into a folder: a zip is unpacked, notebooks become notebooks, all else stays a file. */
export function upload({ folder, file, name = file.name, overwrite = false, asNotebook = false }: Wish, onProgress: (part: number) => void, signal: AbortSignal): Promise<void> {
  const extension = extensionOf(name)
  const at = `${folder === '/' ? '' : folder}/${name}`
  if (extension === 'zip') return post('/api/2.0/brickyard/workspace/zip', form({ path: stem(at), content: file }), onProgress, signal)
  const language = languages[extension]
  if (asNotebook && language !== undefined)
    return post('/api/2.0/workspace/import', form({ path: stem(at), format: 'SOURCE', language, overwrite: String(overwrite), content: file }), onProgress, signal)
  return post(`/api/2.0/workspace-files/import-file${encoded(at)}?overwrite=${overwrite}`, file, onProgress, signal)
}

function form(parts: Record<string, string | File>): FormData {
  const data = new FormData()
  for (const [name, value] of Object.entries(parts)) data.append(name, value)
  return data
}

/** `fetch` does not tell how much is sent already. */
function post(url: string, body: FormData | File, onProgress: (part: number) => void, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    request.open('POST', url)
    for (const [name, value] of Object.entries(browserHeaders)) request.setRequestHeader(name, value)
    if (body instanceof File) request.setRequestHeader('content-type', 'application/octet-stream')
    request.upload.addEventListener('progress', (event) => event.lengthComputable && onProgress(event.loaded / event.total))
    request.addEventListener('load', () => (request.status < 300 ? resolve() : reject(refusal(request))))
    request.addEventListener('error', () => reject(new ApiError(0, 'UNREACHABLE', 'The server cannot be reached. Check that it runs, then try again.', null)))
    request.addEventListener('abort', () => reject(new ApiError(0, 'CANCELLED', 'Cancelled.', null)))
    signal.addEventListener('abort', () => request.abort(), { once: true })
    request.send(body)
  })
}

function refusal(request: XMLHttpRequest): ApiError {
  let code = String(request.status)
  let message = `The server answered ${request.status}.`
  try {
    const body: unknown = JSON.parse(request.responseText)
    if (typeof body === 'object' && body !== null) {
      if ('error_code' in body) code = String(body.error_code)
      if ('message' in body) message = String(body.message)
    }
  } catch {
    // not JSON: the status must do
  }
  return new ApiError(request.status, code, message, request.getResponseHeader('x-request-id'))
}

/** Saves an answer of the API as a file of the person's machine. */
export async function download(url: string, fileName?: string): Promise<void> {
  const response = await send('GET', url)
  const told = /filename\*=UTF-8''([^;]+)/i.exec(response.headers.get('content-disposition') ?? '')?.[1]
  const plain = /filename="([^"]*)"/i.exec(response.headers.get('content-disposition') ?? '')?.[1]
  const at = URL.createObjectURL(await response.blob())
  const link = document.createElement('a')
  link.href = at
  link.download = fileName ?? (told === undefined ? (plain ?? 'download') : decodeURIComponent(told))
  link.click()
  setTimeout(() => URL.revokeObjectURL(at), 10_000)
}
export const exportUrl = (path: string, format: string): string => `/api/2.0/workspace/export?${new URLSearchParams({ path, format, direct_download: 'true' }).toString()}`
export const zipUrl = (path: string): string => `/api/2.0/brickyard/workspace/zip?${new URLSearchParams({ path }).toString()}`
