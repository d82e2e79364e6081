import type { Kysely } from 'kysely'
import { Problem } from '#base/problem.ts'
import type { Keys } from '#base/keys.ts'
import type { Directory } from '#directory/directory.ts'
import type { Access } from '../authorization/access.ts'
import type { BearerRequest, Delegate, StorageAccount, StorageAction } from '../storage/contract.ts'
import type { Tables } from '../store/tables.ts'
import { accountType, openKeysOf } from './accounts.ts'

const audiences = ['https://storage.azure.com/', 'https://storage.azure.com'] as const
const blobs = `${accountType}/blobServices/containers/blobs`
/** Source: "Authorize with Microsoft Entra ID", permissions for calling data operations. */
const dataActions: Record<StorageAction, string> = {
  read: `${blobs}/read`, list: `${blobs}/read`, write: `${blobs}/write`, delete: `${blobs}/delete`, move: `${blobs}/move/action`, permissions: `${blobs}/modifyPermissions/action`,
}
/** Making, removing and listing containers are control actions even on the data plane. */
const containerActions: Record<StorageAction, string> = {
  read: `${accountType}/blobServices/containers/read`, list: `${accountType}/blobServices/containers/read`, write: `${accountType}/blobServices/containers/write`,
  delete: `${accountType}/blobServices/containers/delete`, move: `${accountType}/blobServices/containers/write`, permissions: `${accountType}/blobServices/containers/write`,
}

type Deps = { db: Kysely<Tables>; keys: Pick<Keys, 'open'>; access: Access; directory: Pick<Directory, 'verify' | 'memberOf' | 'principals'> }

/** What the storage endpoint asks the resource manager. */
export function dataAccess({ db, keys, access, directory }: Deps) {
  const find = (name: string) => db.selectFrom('resources').selectAll().where('type', '=', accountType).where('name', '=', name).executeTakeFirst()
  return {
    async account(name: string): Promise<StorageAccount | null> {
      const row = await find(name)
      if (!row || row.state === 'Creating' || row.state === 'Deleting') return null
      return { name: row.name, keys: openKeysOf(keys, row), createdAt: row.created_at }
    },
    /** Role assignments minus deny assignments, for data. */
    async authorizeBearer(token: string, request: BearerRequest): Promise<void> {
      await authorize(await speaker(token, request.account), request)
    },
    /** The same for the maker of a user delegation SAS, who is not here: what he may now, not what he might when he made it. */
    async authorizePrincipal(oid: string, request: BearerRequest): Promise<void> {
      const known = await directory.principals.find(oid)
      if (!known?.enabled) throw new Problem('forbidden', 'The account that made this signature is gone or disabled.', { extra: { wireCode: 'AuthorizationFailure' } })
      await authorize({ oid, name: known.displayName, groups: await directory.memberOf(oid) }, request)
    },
    /** Source: "Get User Delegation Key", the action that it needs. */
    async delegate(token: string, account: string): Promise<Delegate> {
      const principal = await speaker(token, account)
      const row = await find(account)
      const answer = row && (await access.answer(principal, `${accountType}/blobServices/generateUserDelegationKey/action`, row.id, false))
      if (answer?.allowed) return { oid: principal.oid, tid: principal.tid }
      throw new Problem('forbidden', 'This request is not authorized to perform this operation using this permission.', { extra: { wireCode: 'AuthorizationPermissionMismatch' } })
    },
  }

  async function speaker(token: string, account: string) {
    const claims = await directory.verify(token, [...audiences, `https://${account}.blob.core.windows.net`, `https://${account}.dfs.core.windows.net`])
    return { oid: claims.oid, tid: claims.tid, name: claims.upn ?? claims.appid, groups: await directory.memberOf(claims.oid) }
  }

  async function authorize(principal: { oid: string; name: string; groups: string[] }, request: BearerRequest): Promise<void> {
    const row = await find(request.account)
    if (!row) throw new Problem('not_found', `The storage account ${request.account} does not exist.`)
    const scope = request.container ? `${row.id}/blobServices/default/containers/${request.container}` : row.id
    // Listing what is in a container reads data; creating or listing containers is the account's business.
    const control = request.on === 'account' || (request.on === 'container' && (request.action === 'write' || request.action === 'delete'))
    const action = control ? containerActions[request.action] : dataActions[request.action]
    const answer = await access.answer(principal, action, scope, !control)
    if (answer.allowed) return
    if (answer.denied) throw new Problem('denied_by_assignment', `This request is not authorized: a deny assignment stands before it ('${answer.denied.title}').`, { extra: { wireCode: 'AuthorizationPermissionDenied' } })
    throw new Problem('forbidden', 'This request is not authorized to perform this operation using this permission.', { extra: { wireCode: 'AuthorizationPermissionMismatch' } })
  }
}
