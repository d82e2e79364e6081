import { readFileSync } from 'node:fs'
import { check, type Step } from '../step.ts'
import { left, type World } from '../world.ts'
import { signInToWorkspace as signIn } from '../workspace-sign-in.ts'

export const signInToWorkspace: Step<World> = {
  name: 'Launch the workspace: sign in and consent',
  async run({ product, browser, account, signal, memory, openWorkspace }, tell) {
    const { url } = left(memory, 'service')
    const { token, consents } = await signIn({ browser, workspaceUrl: url, account, caPem: readFileSync(product.caFile, 'utf8'), signal })
    const [consent] = consents
    check(consents.length === 1 && consent, 'the first sign-in asks for consent, once', consents)
    tell.line(`${consent.application} asks for:`)
    for (const scope of consent.scopes) tell.line(`  • ${scope}`)
    check(consent.scopes.some((scope) => scope.includes('user_impersonation')), 'the consent page names the scopes', consent.scopes)
    if (consent.warning !== null) tell.line(`Warning: ${consent.warning}`)
    check(consent.warning, 'consent by an owner of the subscription is warned of')
    memory.workspace = await openWorkspace(url, token)
    const me = await memory.workspace.me()
    check(me === account.upn, 'the workspace knows who signed in', me)
    return `accepted; the workspace says hello to ${me}`
  },
}
