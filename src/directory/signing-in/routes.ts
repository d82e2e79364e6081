import type { FastifyInstance, FastifyReply } from 'fastify'
import { newTrace } from '../oidc/aadsts.ts'
import { document, pageHeaders, type Page } from '../pages/layout.ts'
import { errorPage } from '../pages/messages.ts'
import { answerConsent, askConsent, type ConsentDeps } from './consent.ts'
import { loadInteraction, type InteractionDeps } from './interaction.ts'
import { firstPage, takeStep, type StepDeps } from './steps.ts'

export type SigningInDeps = InteractionDeps & StepDeps & ConsentDeps
type Params = { tenant: string; uid: string }

/** The pages between an application's request and its answer: who are you, and may it? */
export function signingInRoutes(app: FastifyInstance, deps: SigningInDeps): void {
  const show = (reply: FastifyReply, page: Page) => reply.status(page.status ?? 200).headers(pageHeaders(page.formsTo)).send(document(page, deps.tenant.name))
  const over = (reply: FastifyReply, message: string) =>
    show(reply, errorPage({ message, trace: newTrace(deps.clock()), advice: 'Go back to the application and sign in again.' }))

  app.get<{ Params: Params }>('/:tenant/signin/:uid', async (request, reply) => {
    const interaction = await loadInteraction(request, reply, request.params.tenant, deps)
    if (!interaction) return over(reply, 'This sign-in took too long, or it was started in another browser.')
    return show(reply, interaction.prompt === 'consent' ? await askConsent(interaction, deps) : firstPage(interaction, deps))
  })
  app.post<{ Params: Params }>('/:tenant/signin/:uid', async (request, reply) => {
    const interaction = await loadInteraction(request, reply, request.params.tenant, deps)
    if (!interaction) return over(reply, 'This sign-in took too long, or it was started in another browser.')
    const sent = new URLSearchParams(typeof request.body === 'string' ? request.body : '')
    if (!deps.csrf.holds(`signin:${interaction.uid}`, sent.get('csrf') ?? '', request)) return over(reply, 'The form did not come from this page.')
    const next = interaction.prompt === 'consent' ? await answerConsent(interaction, sent.get('step') === 'accept', deps) : await takeStep(interaction, sent, deps)
    return 'page' in next ? show(reply, next.page) : reply.redirect(next.goTo, 303)
  })
}
