import type { FastifyReply, FastifyRequest } from 'fastify'
import type Provider from 'oidc-provider'
import { z } from 'zod'
import type { Application, ApplicationStore, User, UserStore } from '../contract.ts'
import { factsFor } from '../oidc/router.ts'
import type { Facts } from '../oidc/facts.ts'
import type { Clock } from '#base/clock.ts'
import type { CurrentProvider } from '../oidc/current-provider.ts'
import type { Csrf } from '../pages/csrf.ts'
import { originOf } from '../pages/layout.ts'
import type { Form } from '../pages/sign-in.ts'

/** One sign-in under way: what the application asked for, who is signed in already, and how to go on. */
export type Interaction = {
  uid: string
  prompt: string
  app: Application
  params: { login_hint?: string | undefined; redirect_uri?: string | undefined; asked_scope?: string | undefined; prompt?: string | undefined }
  account: User | null
  isDevice: boolean
  form: Form
  facts: Facts
  /** Records the result; returns where the browser must go next. */
  finish(result: Result): Promise<string>
}
export type Result = Parameters<Provider['interactionResult']>[2]

const paramsShape = z.looseObject({ login_hint: z.string().optional(), redirect_uri: z.string().optional(), asked_scope: z.string().optional(), prompt: z.string().optional(), client_id: z.string() })

export type InteractionDeps = { clock: Clock; current: CurrentProvider; applications: ApplicationStore; users: UserStore; csrf: Csrf }

/** Loads the sign-in that this browser is in; `null` when it is over, or belongs to another browser. */
export async function loadInteraction(request: FastifyRequest, reply: FastifyReply, segment: string, deps: InteractionDeps): Promise<Interaction | null> {
  const provider = await deps.current.get()
  const details = await provider.interactionDetails(request.raw, reply.raw).catch(() => null)
  if (!details || details.uid !== uidOf(request)) return null
  const params = paramsShape.parse(details.params)
  const app = await deps.applications.find(params.client_id)
  if (!app) return null
  const accountId = details.session?.accountId
  return {
    uid: details.uid,
    prompt: details.prompt.name,
    app,
    params,
    account: accountId === undefined ? null : await deps.users.find(accountId),
    isDevice: details.deviceCode !== undefined,
    form: { action: `/${segment}/signin/${details.uid}`, csrf: deps.csrf.tokenFor(`signin:${details.uid}`), formsTo: originOf(params.redirect_uri) },
    facts: factsFor(request, segment, deps.clock),
    finish: (result) => provider.interactionResult(request.raw, reply.raw, result, { mergeWithLastSubmission: true }),
  }
}

const uidOf = (request: FastifyRequest) => z.object({ uid: z.string() }).parse(request.params).uid
