import { z } from 'zod'
import { versions } from '../resource-manager/api-versions.ts'
import type { Core } from '../resource-manager/core.ts'
import { ok, param, type Call, type Operation } from '../resource-manager/operation.ts'
import { notBuilt } from '../resource-manager/problems.ts'
import { mustBeUnlocked } from '../resource-manager/locks.ts'
import { read } from '../resource-manager/read-body.ts'
import { found } from '../resource-manager/resource-operations.ts'
import { inTransaction } from '../store/transaction.ts'
import type { Bag } from '../store/tables.ts'
import { accountName, accountType, newKey, openKeysOf, sealKeys, type AccountDeps } from './accounts.ts'

/** Keys of an account, and whether a name is free. */
export function accountKeyOperations(core: Core, deps: Pick<AccountDeps, 'db' | 'keys'>): Operation[] {
  const one = '/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers/Microsoft.Storage/storageAccounts/{name}'
  const line = (path: string, needs: string, handle: Operation['handle']): Operation => ({ method: 'POST', path, versions: versions.storage, needs, handle })
  const at = (call: Call) => found(core, { type: accountType }, { path: call.path.split('/').slice(0, -1).join('/') })
  const shown = (keys: readonly string[], since: Date): Bag => ({ keys: keys.map((value, index) => ({ keyName: `key${index + 1}`, value, permissions: 'FULL', creationTime: since.toISOString() })) })
  return [
    line(`${one}/listKeys`, `${accountType}/listKeys/action`, async (call) => {
      const row = await at(call)
      await mustBeUnlocked(core.db, row.id, 'write') // Azure: a ReadOnly lock forbids listKeys, a POST
      return ok(shown(openKeysOf(deps.keys, row), row.created_at))
    }),
    line(`${one}/regenerateKey`, `${accountType}/regeneratekey/action`, async (call) => {
      const { keyName } = read(z.looseObject({ keyName: z.enum(['key1', 'key2']) }), call.body, '')
      const { key, id } = await at(call)
      await mustBeUnlocked(core.db, id, 'write')
      const keys = await inTransaction(core.db, async (tx) => {
        const row = await tx.selectFrom('resources').selectAll().where('key', '=', key).forUpdate().executeTakeFirstOrThrow()
        const both = openKeysOf(deps.keys, row)
        both[keyName === 'key1' ? 0 : 1] = newKey()
        await tx.updateTable('resources').set({ sealed: sealKeys(deps.keys, both) }).where('key', '=', key).execute()
        return both
      })
      return ok(shown(keys, core.clock()))
    }),
    {
      ...line('/subscriptions/{subscriptionId}/providers/Microsoft.Storage/checkNameAvailability', 'Microsoft.Storage/checknameavailability/read', async (call) => {
        const { name } = read(z.looseObject({ name: z.string() }), call.body, '')
        if (!accountName.test(name)) return ok({ nameAvailable: false, reason: 'AccountNameInvalid', message: `${name} is not a valid storage account name. Storage account name must be between 3 and 24 characters in length and use numbers and lower-case letters only.` })
        const taken = await core.db.selectFrom('resources').select('key').where('type', '=', accountType).where('name', '=', name).executeTakeFirst()
        return ok(taken ? { nameAvailable: false, reason: 'AlreadyExists', message: `The storage account named ${name} is already taken.` } : { nameAvailable: true })
      }),
      scope: (call) => `/subscriptions/${param(call, 'subscriptionId')}`,
    },
    line(`${one}/ListAccountSas`, `${accountType}/listAccountSas/action`, async () => { throw notBuilt('ListAccountSas (sign a SAS with a key from listKeys instead)') }),
  ]
}
