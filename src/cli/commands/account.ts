import { callControl } from '#base/control.ts'
import type { Context } from '../command.ts'
import { Stop } from '../setup/failure.ts'

/** `./brickyard account`. */
export async function run({ config, words, flags, out }: Context): Promise<number> {
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
}
