import { randomUUID } from 'node:crypto'
import type { ResourceType } from '../resource-manager/resource-type.ts'
import { versions } from '../resource-manager/api-versions.ts'

/**
 * Kept and shown, without effect: machines here reach the outside through their host, or not at all. `brickyardEnforcement`
 * says so on every answer, as for rules that are not enforced.
 */
const recorded = (type: string, rank: number): ResourceType => ({
  type, versions: versions.network, rank, created: 201, etags: true,
  async put({ properties, existing }) {
    return { properties: { ...properties, resourceGuid: existing?.properties.resourceGuid ?? randomUUID() }, job: false }
  },
  async view(row) {
    return { ...row.properties, brickyardEnforcement: 'recorded, without effect' }
  },
})
export const recordedTypes: readonly ResourceType[] = [recorded('Microsoft.Network/natGateways', 74), recorded('Microsoft.Network/publicIPAddresses', 76)]
