import { often } from '../cloud.ts'
import { check, type Step } from '../step.ts'
import { left, locationOf, type World } from '../world.ts'

/** What the operation says of itself besides its status (the resource provider's `properties.doing`). */
const doingOf = (body: unknown): string | undefined => {
  if (typeof body !== 'object' || body === null || !('properties' in body)) return undefined
  const { properties } = body
  return typeof properties === 'object' && properties && 'doing' in properties && typeof properties.doing === 'string' ? properties.doing : undefined
}

export const createService: Step<World> = {
  name: 'Create the service',
  async run({ product, names, memory, signal }, tell) {
    const cloud = left(memory, 'cloud')
    const before = new Set<string>()
    const parameters = { location: locationOf(product), sku: { name: 'premium' }, computeMode: 'Hybrid' as const, managedResourceGroupId: `${cloud.subscription}/resourceGroups/${names.managedGroup}` }
    const listen = ({ bodyAsText }: { bodyAsText?: string | null }) => {
      const doing = doingOf(bodyAsText ? JSON.parse(bodyAsText) : undefined)
      if (doing === undefined || before.has(doing)) return
      before.add(doing)
      tell.line(doing)
    }
    cloud.databricks.pipeline.addPolicy({ name: 'walkabout progress', async sendRequest(request, next) {
      const response = await next(request)
      if (request.url.includes('/operationStatuses/')) listen(response)
      return response
    } })
    const made = await cloud.databricks.workspaces.createOrUpdate(names.group, names.service, parameters, { ...often, abortSignal: signal })
    check(made.provisioningState === 'Succeeded', 'the service is made', made.provisioningState)
    check(made.id && made.workspaceUrl, 'it has an address', made)
    memory.service = { id: made.id, url: `https://${made.workspaceUrl}`, account: String(made.parameters?.storageAccountName?.value) }
    return `${names.service} is ${made.provisioningState}`
  },
}
