import type { Kysely } from 'kysely'
import { z } from 'zod'
import type { Keys } from '#base/keys.ts'
import { Problem } from '#base/problem.ts'
import type { HostProvider } from '../hosts/provider.ts'
import type { Reply } from '../resource-manager/operation.ts'
import type { ResourceRow, Tables } from '../store/tables.ts'

const purpose = 'console link'
const lifeMs = 120 * 60_000
const ticket = z.object({ key: z.string(), until: z.number() })
export const consolePath = '/providers/Microsoft.Compute/bootDiagnostics'

/** Links to a machine's console: whoever has one may read it for two hours, as with Azure's signed blob links. */
export function consoleLinks(deps: { db: Kysely<Tables>; hosts: Pick<HostProvider, 'consoleLog'>; keys: Pick<Keys, 'seal' | 'open'>; publicUrl: string }) {
  return {
    url: (row: Pick<ResourceRow, 'key'>): string => `${deps.publicUrl}${consolePath}/${deps.keys.seal(purpose, JSON.stringify({ key: row.key, until: Date.now() + lifeMs }))}`,
    async answer(token: string): Promise<Reply> {
      const { key, until } = opened(deps.keys, token)
      if (until < Date.now()) throw new Problem('forbidden', 'The link has expired. Ask for the boot diagnostics again.', { extra: { wireCode: 'AuthenticationFailed' } })
      const machine = await deps.db.selectFrom('machines').select('host').where('key', '=', key).executeTakeFirst()
      if (!machine) throw new Problem('not_found', 'The machine does not exist any more.')
      return { status: 200, headers: { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' }, body: await deps.hosts.consoleLog(machine.host) }
    },
  }
}

function opened(keys: Pick<Keys, 'open'>, token: string): z.infer<typeof ticket> {
  try {
    return ticket.parse(JSON.parse(keys.open(purpose, token)))
  } catch (error) {
    throw new Problem('forbidden', 'The link is not valid.', { cause: error, extra: { wireCode: 'AuthenticationFailed' } })
  }
}
