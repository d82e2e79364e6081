import type { Clock } from '#base/clock.ts'
import { Problem } from '#base/problem.ts'
import type { UserStore } from '../contract.ts'
import { aadsts, describe, type AadError } from '../oidc/aadsts.ts'
import type { Page } from '../pages/layout.ts'
import { traceFacts } from '../pages/messages.ts'
import { accountPage, foreignAccountPage, newPasswordPage, passwordPage, userNamePage, type Trouble } from '../pages/sign-in.ts'
import type { CheckCredentials } from '../people/credentials.ts'
import type { SignInLog } from '../people/sign-ins.ts'
import type { Tenant } from '../people/tenant.ts'
import { domainOf, isPersonal } from '../well-known.ts'
import type { Interaction } from './interaction.ts'

export type StepDeps = { clock: Clock; tenant: Tenant; users: UserStore; signIns: SignInLog; checkCredentials: CheckCredentials; portalUrl: string }
/** Another page, or the address to go on at. */
export type Next = { page: Page } | { goTo: string }
type Sent = URLSearchParams

/** Which page a sign-in begins with. */
export function firstPage(interaction: Interaction, { tenant }: StepDeps): Page {
  const { form, app, account, params, prompt } = interaction
  if (account && prompt === 'select_account') return accountPage(form, { app: app.displayName, account: { upn: account.upn, name: account.displayName } })
  const hint = params.login_hint ?? (prompt === 'login' ? account?.upn : undefined) ?? ''
  if (domainOf(hint) === tenant.domain) return passwordPage(form, { app: app.displayName, upn: hint, keep: false })
  return userNamePage(form, { app: app.displayName, domain: tenant.domain, upn: hint })
}

/** The forms of signing in: `step` says which. */
export async function takeStep(interaction: Interaction, sent: Sent, deps: StepDeps): Promise<Next> {
  const { form, app, account } = interaction
  const name = { app: app.displayName, domain: deps.tenant.domain }
  switch (sent.get('step') ?? '') {
    case 'account':
      if (account?.enabled) return { goTo: await interaction.finish({ select_account: {} }) }
      return { page: userNamePage(form, { ...name, upn: '' }) }
    case 'username': {
      const upn = withDomain(sent.get('username') ?? '', deps.tenant)
      if (!/^[^@\s]+@[^@\s]+$/.test(upn)) return { page: userNamePage(form, { ...name, upn, trouble: { text: 'Enter a valid user name.', code: 0 } }) }
      return (await refusal(interaction, upn, deps)) ?? { page: passwordPage(form, { app: app.displayName, upn, keep: false }) }
    }
    case 'password': return password(interaction, sent, deps)
    case 'change': return change(interaction, sent, deps)
    default: return { page: userNamePage(form, { ...name, upn: '' }) }
  }
}

/** People may leave out the domain; there is only one. */
const withDomain = (name: string, tenant: Tenant) => (name.trim() !== '' && !name.includes('@') ? `${name.trim()}@${tenant.domain}` : name.trim())

/** An account of another place is refused by name, before any password is asked for. */
async function refusal(interaction: Interaction, upn: string, { tenant, signIns, portalUrl }: StepDeps): Promise<Next | null> {
  if (domainOf(upn) === tenant.domain) return null
  const { app, facts, form } = interaction
  const personal = isPersonal(upn)
  const problem = aadsts.personalAccount(upn, personal ? 'live.com' : domainOf(upn), tenant.name, app.appId, app.displayName)
  await signIns.record({ ...attempt(interaction), upn, resultCode: problem.number, reason: personal ? 'personal account' : 'account of another organisation' })
  const suggestion = `${upn.split('@')[0]?.toLowerCase().replaceAll(/[^a-z0-9._-]/g, '') || 'name'}@${tenant.domain}`
  return { page: foreignAccountPage(form, { upn, personal, message: describe(problem, facts.trace), suggestion, accountsUrl: `${portalUrl}/directory/users`, facts: traceFacts(facts.trace) }) }
}

async function password(interaction: Interaction, sent: Sent, deps: StepDeps): Promise<Next> {
  const { form, app } = interaction
  const upn = withDomain(sent.get('username') ?? '', deps.tenant)
  const keep = sent.get('keep') === 'yes'
  const refused = await refusal(interaction, upn, deps)
  if (refused) return refused
  const outcome = await deps.checkCredentials(upn, sent.get('password') ?? '', interaction.facts.address)
  if ('problem' in outcome) {
    await deps.signIns.record({ ...attempt(interaction), upn, resultCode: outcome.problem.number, reason: outcome.problem.text })
    return { page: { ...passwordPage(form, { app: app.displayName, upn, keep, trouble: wording(outcome, deps.clock) }), status: outcome.retryAt ? 429 : 200 } }
  }
  if (outcome.user.mustChangePassword) return { page: newPasswordPage(form, { upn }) }
  return signedIn(interaction, outcome.user, keep, deps)
}

/** The current password comes with the new one, so nothing has to be remembered between the two pages. */
async function change(interaction: Interaction, sent: Sent, deps: StepDeps): Promise<Next> {
  const { form } = interaction
  const upn = sent.get('username') ?? ''
  const fresh = sent.get('fresh') ?? ''
  const again = (text: string, code = 0): Next => ({ page: newPasswordPage(form, { upn, trouble: { text, code } }) })
  if (fresh !== sent.get('again')) return again('The two new passwords differ.')
  if (fresh === sent.get('password')) return again('The new password must be another one.')
  const outcome = await deps.checkCredentials(upn, sent.get('password') ?? '', interaction.facts.address)
  if ('problem' in outcome) return again(wording(outcome, deps.clock).text, outcome.problem.number)
  try {
    await deps.users.resetPassword(outcome.user.id, fresh)
  } catch (error) {
    if (error instanceof Problem && error.code === 'invalid') return again(error.message)
    throw error
  }
  return signedIn(interaction, outcome.user, false, deps)
}

async function signedIn(interaction: Interaction, user: { id: string; upn: string }, keep: boolean, { signIns }: StepDeps): Promise<Next> {
  await signIns.record({ ...attempt(interaction), userId: user.id, upn: user.upn, resultCode: 0 })
  return { goTo: await interaction.finish({ login: { accountId: user.id, remember: keep, amr: ['pwd'] }, select_account: {} }) }
}

export const attempt = ({ app, facts, isDevice }: Interaction) => ({
  appId: app.appId,
  flow: isDevice ? 'device_code' : 'authorization_code',
  address: facts.address,
  userAgent: facts.userAgent ?? null,
  correlationId: facts.trace.correlationId,
})

function wording({ problem, retryAt }: { problem: AadError; retryAt?: Date }, clock: Clock): Trouble {
  if (retryAt) return { code: problem.number, text: `You've tried to sign in too many times with an incorrect user name or password. Try again in ${inWords(retryAt.getTime() - clock().getTime())} (at ${retryAt.toISOString().slice(11, 19)} UTC).` }
  if (problem.number === 50126) return { code: problem.number, text: 'Your user name or password is incorrect. If you don’t remember your password, ask your administrator to reset it.' }
  return { code: problem.number, text: problem.text }
}

const inWords = (ms: number) => {
  const seconds = Math.max(1, Math.ceil(ms / 1000))
  if (seconds < 90) return `${seconds} second${seconds === 1 ? '' : 's'}`
  return `${Math.ceil(seconds / 60)} minutes`
}
