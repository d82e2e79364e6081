import type { Clock } from '#base/clock.ts'
import type { Keys } from '#base/keys.ts'
import { Problem } from '#base/problem.ts'
import { z } from 'zod'
import type { WorkspaceCaller } from '../caller.ts'
import { rootPath, shown, type RootPath } from './paths.ts'
import type { Fetch } from '#base/http/trusting-fetch.ts'
import type { RootStorage } from './root-storage.ts'

const Token = z.object({ path: z.string(), draft: z.string(), overwrite: z.boolean(), user: z.int() })
const hour = 3_600_000
const blobHeaders = [{ name: 'x-ms-blob-type', value: 'BlockBlob' }]
/** Block ids of a blob have one length. */
const blockId = (part: number) => encodeURIComponent(Buffer.from(String(part).padStart(8, '0')).toString('base64'))

/** Uploads in parts: the client sends them to the storage itself, and the file appears when all are there. */
export function uploads({ root, keys, workspaceId, fetch, clock }: { root: RootStorage; keys: Keys; workspaceId: string; fetch: Fetch; clock: Clock }) {
  const purpose = `upload:${workspaceId}`
  function read(caller: WorkspaceCaller, text: string, path: RootPath): z.infer<typeof Token> {
    try {
      const token = Token.parse(JSON.parse(keys.open(purpose, text)))
      if (token.path === path && token.user === caller.id) return token
    } catch {
      // told below
    }
    throw new Problem('invalid', `Invalid value for field session_token: it does not belong to an upload of ${shown(path)}`, { extra: { field: 'session_token' } })
  }
  const until = (asked: string | undefined): Date => {
    const at = Date.parse(asked ?? '')
    const now = clock().getTime()
    return new Date(Number.isNaN(at) ? now + hour : Math.min(Math.max(at, now + 60_000), now + 24 * hour))
  }

  return {
    until,
    async begin(caller: WorkspaceCaller, path: RootPath, overwrite: boolean): Promise<{ session_token: string }> {
      return { session_token: keys.seal(purpose, JSON.stringify({ path, draft: await root.begin(), overwrite, user: caller.id } satisfies z.infer<typeof Token>)) }
    },
    async partUrls(caller: WorkspaceCaller, asked: { path: string; session_token: string; start_part_number: number; count: number; expire_time?: string | undefined }) {
      const { draft } = read(caller, asked.session_token, rootPath(asked.path))
      const parts = Array.from({ length: asked.count }, (_, at) => asked.start_part_number + at)
      return Promise.all(parts.map(async (part_number) => ({ url: await root.address(draft, 'cw', until(asked.expire_time), `comp=block&blockid=${blockId(part_number)}&`), headers: blobHeaders, part_number })))
    },
    async abortUrl(caller: WorkspaceCaller, asked: { path: string; session_token: string; expire_time?: string | undefined }) {
      const { draft } = read(caller, asked.session_token, rootPath(asked.path))
      return { url: await root.address(draft, 'd', until(asked.expire_time)), headers: [] }
    },
    async complete(caller: WorkspaceCaller, path: RootPath, sessionToken: string, parts: readonly number[]): Promise<void> {
      const { draft, overwrite } = read(caller, sessionToken, path)
      const list = parts.map((part) => `<Latest>${decodeURIComponent(blockId(part))}</Latest>`).join('')
      const url = await root.address(draft, 'cw', until(undefined), 'comp=blocklist&')
      const answer = await fetch(url, { method: 'PUT', headers: { 'x-ms-version': '2023-11-03', 'content-type': 'application/xml' }, body: `<?xml version="1.0" encoding="utf-8"?><BlockList>${list}</BlockList>` })
      if (answer.status === 400) throw new Problem('invalid', 'A part of this upload is missing: send it again.', { extra: { field: 'parts' } })
      if (!answer.ok) throw new Problem('unavailable', 'The storage did not put the parts together. Try again.', { detail: `${answer.status} ${answer.headers.get('x-ms-error-code')}` })
      await root.move(draft, path, { overwrite })
    },
  }
}
