import { randomUUID } from 'node:crypto'
import type { Clock } from '#base/clock.ts'
import { json } from '#base/db.ts'
import { Problem } from '#base/problem.ts'
import type { Selectable } from 'kysely'
import type { Application, ApplicationStore } from '../contract.ts'
import type { Db, DbOrTx, Tables } from '../tables.ts'
import { mustBeRedirectUri } from './redirect-uri.ts'
import type { SecretStore } from './secrets.ts'

export type ApplicationDeps = {
  db: Db
  clock: Clock
  secrets: SecretStore
  /** Ends everything users and the application itself got through it. */
  endAll(appId: string): Promise<void>
}

/** Registered applications. */
export function applicationStore({ db, clock, secrets, endAll }: ApplicationDeps): ApplicationStore {
  const row = (within: DbOrTx, id: string) =>
    within.selectFrom('applications').selectAll().where((eb) => eb.or([eb('app_id', '=', id.toLowerCase()), eb('id', '=', id)]))
  const find = async (id: string) => {
    const found = await row(db, id).executeTakeFirst()
    return found ? fromRow(found) : null
  }
  /** Reads under a lock, edits, writes: two rooms may add redirect URIs at the same moment. */
  const change = (id: string, edit: (app: Application) => Partial<Application>) =>
    db.transaction().execute(async (tx) => {
      const found = await row(tx, id).forUpdate().executeTakeFirst()
      if (!found) throw missing(id)
      const app = { ...fromRow(found), ...edit(fromRow(found)) }
      await tx.updateTable('applications').set({
        display_name: app.displayName,
        redirect_uris: json(app.redirectUris),
        logout_uris: json(app.logoutUris),
        required_scopes: json(app.requiredScopes),
      }).where('app_id', '=', app.appId).execute()
      return app
    })
  return {
    find,
    async createApplication(wish) {
      const { appId = randomUUID(), displayName, publisher = displayName, redirectUris = [], logoutUris = [], requiredScopes = [], identifierUris = [] } = wish
      if (!displayName.trim()) throw new Problem('invalid', 'An application needs a name.', { extra: { field: 'displayName' } })
      if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(appId)) throw new Problem('invalid', `The application id ${appId} is not a GUID.`, { extra: { field: 'appId' } })
      for (const uri of [...redirectUris, ...logoutUris]) mustBeRedirectUri(uri)
      const made = await db.transaction().execute(async (tx) => {
        const inserted = await tx.insertInto('applications').values({
          id: randomUUID(),
          app_id: appId.toLowerCase(),
          display_name: displayName.trim(),
          publisher,
          redirect_uris: json([...redirectUris]),
          logout_uris: json([...logoutUris]),
          identifier_uris: json([...identifierUris]),
          required_scopes: json(requiredScopes.map(({ resource, scopes }) => ({ resource, scopes: [...scopes] }))),
          public_client: wish.publicClient ?? false,
          first_party: wish.firstParty ?? false,
          created_at: clock(),
        }).onConflict((conflict) => conflict.doNothing()).returningAll().executeTakeFirst()
        if (!inserted) throw new Problem('already_exists', `There is already an application ${appId}.`, { extra: { field: 'appId' } })
        if (wish.secret !== undefined) await secrets.keep(tx, inserted.app_id, wish.secret, {})
        return inserted
      })
      return fromRow(made)
    },
    async list() {
      return (await db.selectFrom('applications').selectAll().orderBy('display_name').execute()).map(fromRow)
    },
    update(id, { displayName, redirectUris, requiredScopes }) {
      for (const uri of redirectUris ?? []) mustBeRedirectUri(uri)
      return change(id, (app) => ({
        displayName: displayName ?? app.displayName,
        redirectUris: redirectUris ? [...redirectUris] : app.redirectUris,
        requiredScopes: requiredScopes ? [...requiredScopes] : app.requiredScopes,
      }))
    },
    async addRedirectUri(id, uri) {
      mustBeRedirectUri(uri)
      await change(id, ({ redirectUris }) => ({ redirectUris: [...new Set([...redirectUris, uri])] }))
    },
    async removeRedirectUri(id, uri) {
      await change(id, ({ redirectUris }) => ({ redirectUris: redirectUris.filter((each) => each !== uri) }))
    },
    async addLogoutUri(id, uri) {
      mustBeRedirectUri(uri)
      await change(id, ({ logoutUris }) => ({ logoutUris: [...new Set([...logoutUris, uri])] }))
    },
    async removeLogoutUri(id, uri) {
      await change(id, ({ logoutUris }) => ({ logoutUris: logoutUris.filter((each) => each !== uri) }))
    },
    async addSecret(id, wish = {}) {
      const app = await find(id)
      if (!app) throw missing(id)
      return secrets.generate(app.appId, wish)
    },
    async secrets(id) {
      const app = await find(id)
      if (!app) throw missing(id)
      return secrets.list(app.appId)
    },
    async removeSecret(id, keyId) {
      const app = await find(id)
      if (!app) throw missing(id)
      await secrets.remove(app.appId, keyId)
    },
    async delete(id) {
      const app = await find(id)
      if (!app) throw missing(id)
      await endAll(app.appId)
      await db.deleteFrom('applications').where('app_id', '=', app.appId).execute()
    },
  }
}

const missing = (id: string) => new Problem('not_found', `There is no application ${id} in the directory.`)

export const fromRow = (row: Selectable<Tables['applications']>): Application => ({
  id: row.id,
  appId: row.app_id,
  displayName: row.display_name,
  publisher: row.publisher,
  redirectUris: row.redirect_uris,
  logoutUris: row.logout_uris,
  identifierUris: row.identifier_uris,
  requiredScopes: row.required_scopes,
  publicClient: row.public_client,
  firstParty: row.first_party,
  createdAt: row.created_at,
})
