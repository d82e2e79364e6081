import type { errors, KoaContextWithOIDC } from 'oidc-provider'
import { aadsts, describe } from '../oidc/aadsts.ts'
import { factsOf, textOf } from '../oidc/facts.ts'
import { toAad } from '../oidc/shape.ts'
import type { Tenant } from '../people/tenant.ts'
import type { Db } from '../tables.ts'
import { document, pageHeaders, type Page } from './layout.ts'
import { deviceConfirmPage, deviceDonePage, deviceInputPage, errorPage, signedOutPage, signOutPage } from './messages.ts'

export type ProviderPages = ReturnType<typeof providerPages>

const codeTroubles: Record<string, string> = {
  NotFoundError: 'That code did not work. Check it and try again.',
  ExpiredError: 'That code has expired. Start again on your device to get a new one.',
  AlreadyUsedError: 'That code has already been used. Start again on your device to get a new one.',
  NoCodeError: 'Enter the code that your device shows.',
  AbortedError: 'You cancelled the sign-in. You may close this window.',
}

/** The pages that oidc-provider asks for itself. It hands us forms as markup; we take their address and token and draw our own. */
export function providerPages({ tenant, db }: { tenant: Tenant; db: Db }) {
  const show = (ctx: KoaContextWithOIDC, page: Page) => {
    ctx.status = page.status ?? 200
    ctx.set(pageHeaders(page.formsTo))
    ctx.body = document(page, tenant.name)
  }
  return {
    deviceInput(ctx: KoaContextWithOIDC, form: string, _out?: unknown, error?: unknown) {
      const name = error instanceof Error ? error.name : ''
      const code = error instanceof Error && 'userCode' in error && typeof error.userCode === 'string' ? error.userCode : ''
      const trouble = error === undefined ? null : (codeTroubles[name] ?? 'That did not work. Start again on your device to get a new code.')
      show(ctx, deviceInputPage(partsOf(form), { code, trouble }))
    },
    deviceConfirm(ctx: KoaContextWithOIDC, form: string, client: { clientName?: string | undefined }, deviceInfo: { ip?: unknown }, code: string) {
      const address = typeof deviceInfo.ip === 'string' ? deviceInfo.ip : undefined
      show(ctx, deviceConfirmPage(partsOf(form), { app: client.clientName ?? 'the application', code, address }))
    },
    deviceDone(ctx: KoaContextWithOIDC) {
      show(ctx, deviceDonePage(ctx.oidc.client?.clientName ?? 'The application'))
    },
    async logout(ctx: KoaContextWithOIDC, form: string) {
      const id = ctx.oidc.session?.accountId
      const user = id === undefined ? undefined : await db.selectFrom('users').select('upn').where('id', '=', id).executeTakeFirst()
      show(ctx, signOutPage(partsOf(form), { upn: user?.upn }))
    },
    signedOut(ctx: KoaContextWithOIDC) {
      show(ctx, signedOutPage())
    },
    error(ctx: KoaContextWithOIDC, _out: unknown, failure: errors.OIDCProviderError | Error) {
      const facts = factsOf(ctx.req)
      const appId = ctx.oidc?.client?.clientId ?? textOf(ctx.oidc?.params?.client_id ?? ctx.query.client_id)
      const problem = !('statusCode' in failure)
        ? aadsts.internal()
        : failure.name === 'InvalidRedirectUri'
          ? aadsts.redirectMismatch(textOf(ctx.oidc?.params?.redirect_uri), appId)
          : toAad(failure, { ...facts, clientId: appId }, tenant)
      const lost = failure.name === 'SessionNotFound'
      show(ctx, errorPage({
        message: lost ? 'This sign-in took too long, or it was started in another browser.' : describe(problem, facts.trace),
        trace: facts.trace,
        status: problem.status,
        advice: lost ? 'Go back to the application and sign in again.' : '',
      }))
    },
  }
}

const partsOf = (form: string) => ({
  action: URL.parse(/action="([^"]*)"/.exec(form)?.[1] ?? '')?.pathname ?? '',
  xsrf: /name="xsrf" value="([^"]*)"/.exec(form)?.[1] ?? '',
})
