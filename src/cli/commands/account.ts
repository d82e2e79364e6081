import { callControl } from '#base/control.ts'
import type { Command } from '../command.ts'
import { Stop } from '../setup/failure.ts'

export const command: Command = {
  summary: 'Make a dedicated account with only what the service needs',
  usage: 'create <name@domain> [--name=…] [--resource-group=…] | reset-password [<name@domain>]   [--json]',
  help: `create           makes a user that may create and use the service in one resource group (or the subscription), and nothing else.
reset-password   gives a user, or the administrator, a new generated password and ends their sessions.`,
  options: { name: { type: 'string' }, 'resource-group': { type: 'string' }, json: { type: 'boolean' } },
  needs: 'packages',
  async run({ config, words, flags, out }) {
    const [verb, upn] = words
    const text = (flag: string) => (typeof flags[flag] === 'string' ? flags[flag] : undefined)
    if (verb === 'create' && upn !== undefined) {
      const displayName = text('name')
      const resourceGroup = text('resource-group')
      const account = await callControl(config.dataDir, 'createAccount', { upn, ...(displayName !== undefined && { displayName }), ...(resourceGroup !== undefined && { resourceGroup }) })
      out(flags.json ? JSON.stringify(account) : `${account.upn} can sign in with the password ${account.password}\nRole: ${account.role}\nOn:   ${account.scope}`)
      return 0
    }
    if (verb === 'reset-password') {
      const account = await callControl(config.dataDir, 'resetPassword', { upn: upn ?? (await callControl(config.dataDir, 'status')).adminUpn })
      out(flags.json ? JSON.stringify(account) : `${account.upn} now has the password ${account.password}`)
      return 0
    }
    throw new Stop('Say what to do: account create <name@domain>, or account reset-password [<name@domain>].', 2)
  },
}
