import { check, type Step } from '../step.ts'
import { left, type World } from '../world.ts'

/** The owner of the subscription, who may do everything, may not have the keys of the root storage. */
export const tryLockedStorage: Step<World> = {
  name: 'Try, as the owner, to get the keys of the locked storage account',
  async run({ names, memory }, tell) {
    const cloud = left(memory, 'cloud')
    const { account, id } = left(memory, 'service')
    const refusal: unknown = await cloud.storage.storageAccounts.listKeys(names.managedGroup, account).then(() => null, (error: unknown) => error)
    check(refusal instanceof Error, 'the keys are refused', 'they were given')
    const code = 'code' in refusal ? refusal.code : undefined
    const said = refusal.message.split('\n')[0]?.split(' Raw response')[0] ?? ''
    tell.line(said)
    check(code === 'DenyAssignmentAuthorizationFailed', 'the code is Azure\u2019s DenyAssignmentAuthorizationFailed', refusal.message)
    check(refusal.message.includes(`System deny assignment created by Azure Databricks ${id}`), 'the refusal names the deny assignment of this service', refusal.message)
    const { provisioningState } = await cloud.storage.storageAccounts.getProperties(names.managedGroup, account)
    return `${code}; looking at the account is allowed (${provisioningState})`
  },
}
