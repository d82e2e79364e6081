import { versions } from '../resource-manager/api-versions.ts'
import type { Core } from '../resource-manager/core.ts'
import { keyOf } from '../resource-manager/id.ts'
import { ok, param, type Call, type Operation, type Reply } from '../resource-manager/operation.ts'
import { resourceNotFound } from '../resource-manager/problems.ts'
import { read } from '../resource-manager/read-body.ts'
import { found } from '../resource-manager/resource-operations.ts'
import { cardsIn, networkType, sameText } from './cards.ts'
import { changeParent } from '../resource-manager/parts.ts'
import { storedNetwork, subnetBody, type StoredSubnet } from './schema.ts'
import { inUse, viewSubnet, writeNetwork, type NetworkDeps } from './virtual-networks.ts'

const type = `${networkType}/subnets`

/** `virtualNetworks/subnets`: parts of their network, with ids and permissions of their own. */
export function subnetOperations(core: Core, deps: NetworkDeps): Operation[] {
  const path = '/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers/Microsoft.Network/virtualNetworks/{network}/subnets'
  const line = (method: Operation['method'], tail: string, verb: string, handle: Operation['handle']): Operation => ({ method, path: `${path}${tail}`, versions: versions.network, needs: `${type}/${verb}`, handle })
  const all = async (call: Call) => {
    const row = await found(core, { type: networkType }, call)
    return { row, network: storedNetwork.parse(row.properties), cards: await cardsIn(core.db, row.id) }
  }
  const named = (subnets: readonly StoredSubnet[], call: Call) => subnets.find((each) => sameText(each.name, param(call, 'subnet')))
  const missing = (call: Call) => resourceNotFound(type, `${param(call, 'network')}/${param(call, 'subnet')}`, param(call, 'resourceGroupName'))

  return [
    line('GET', '', 'read', async (call) => {
      const { network, cards } = await all({ ...call, path: call.path.split('/').slice(0, -1).join('/') })
      return ok({ value: network.subnets.map((subnet) => viewSubnet(subnet, cards)) })
    }),
    line('GET', '/{subnet}', 'read', async (call) => {
      const { network, cards } = await all(call)
      const subnet = named(network.subnets, call)
      if (!subnet) throw missing(call)
      return ok(viewSubnet(subnet, cards))
    }),
    line('PUT', '/{subnet}', 'write', async (call): Promise<Reply> => {
      const wish = read(subnetBody, call.body, '')
      const created = await changeParent(core, networkType, call, async (put) => {
        const old = storedNetwork.parse(put.existing.properties)
        const before = named(old.subnets, call)
        const next = { ...wish, name: before?.name ?? param(call, 'subnet') }
        const subnets = before ? old.subnets.map((each) => (each === before ? next : each)) : [...old.subnets, next]
        return { ...(await writeNetwork(deps, put, { ...old, subnets })), result: before === undefined }
      })
      const { network, cards } = await all(call)
      const subnet = named(network.subnets, call)
      if (!subnet) throw missing(call)
      return { status: created.result ? 201 : 200, body: viewSubnet(subnet, cards), ...created.reply }
    }),
    line('DELETE', '/{subnet}', 'delete', async (call): Promise<Reply> => {
      const removed = await changeParent(core, networkType, call, async (put) => {
        const old = storedNetwork.parse(put.existing.properties)
        const subnet = named(old.subnets, call)
        if (!subnet) return { properties: old, job: false, result: false }
        const [card] = await cardsIn(put.tx, subnet.id)
        if (card) throw inUse(subnet.id, card)
        return { properties: { ...old, subnets: old.subnets.filter((each) => keyOf(each.id) !== keyOf(subnet.id)) }, job: false, result: true }
      }, 'delete')
      return removed.result ? { status: 202, ...removed.reply } : { status: 204 }
    }),
  ]
}
