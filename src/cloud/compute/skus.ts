import type { Kysely } from 'kysely'
import { versions } from '../resource-manager/api-versions.ts'
import { region } from '../resource-manager/core.ts'
import { ok, param, type Operation } from '../resource-manager/operation.ts'
import { bad } from '../resource-manager/problems.ts'
import type { Bag, Tables } from '../store/tables.ts'
import { usedCapacity, type Capacity } from './capacity.ts'
import { images } from './images.ts'
import { sizes, type Size } from './sizes.ts'

export const renderSize = (size: Size): Bag => ({ name: size.name, numberOfCores: size.cores, memoryInMB: size.memoryGb * 1024, maxDataDiskCount: 0, osDiskSizeInMB: 1_047_552, resourceDiskSizeInMB: size.localDiskMb })

const renderSku = (size: Size): Bag => ({
  resourceType: 'virtualMachines', name: size.name, tier: 'Standard', size: size.name.replace('Standard_', ''), family: size.family, locations: [region.name],
  locationInfo: [{ location: region.name, zones: [], zoneDetails: [] }], restrictions: [],
  capabilities: Object.entries({
    MaxResourceVolumeMB: size.localDiskMb, OSVhdSizeMB: 1_047_552, vCPUs: size.cores, vCPUsAvailable: size.cores, MemoryGB: size.memoryGb, MaxDataDiskCount: 0, CpuArchitectureType: process.arch === 'arm64' ? 'Arm64' : 'x64',
    HyperVGenerations: 'V2', HibernationSupported: size.hibernation ? 'True' : 'False', PremiumIO: 'True', MaxNetworkInterfaces: 1,
  }).map(([name, value]) => ({ name, value: String(value) })),
})

/** What can be had in the region, what is used of it, and the images. */
export function computeCatalogue(db: Kysely<Tables>, capacity: Capacity): Operation[] {
  const base = '/subscriptions/{subscriptionId}/providers/Microsoft.Compute'
  const line = (path: string, needs: string, handle: Operation['handle']): Operation => ({ method: 'GET', path: `${base}${path}`, versions: versions.compute, needs, handle, scope: (call) => `/subscriptions/${param(call, 'subscriptionId')}` })
  const here = (location: string) => {
    if (location.toLowerCase() !== region.name) throw bad('NoRegisteredProviderFound', `No registered resource provider found for location '${location}' and type 'locations'. The supported locations are '${region.name}'.`)
  }
  const usage = (name: string, localizedValue: string, currentValue: number, limit: number): Bag => ({ unit: 'Count', currentValue, limit, name: { value: name, localizedValue } })
  const image = `/locations/{location}/publishers/{publisher}/artifacttypes/vmimage/offers`
  return [
    line('/skus', 'Microsoft.Compute/skus/read', async () => ok({ value: sizes.map(renderSku) })),
    line('/locations/{location}/vmSizes', 'Microsoft.Compute/locations/vmSizes/read', async (call) => { here(param(call, 'location')); return ok({ value: sizes.map(renderSize) }) }),
    line('/locations/{location}/usages', 'Microsoft.Compute/locations/usages/read', async (call) => {
      here(param(call, 'location'))
      const used = await usedCapacity(db)
      return ok({ value: [
        usage('cores', 'Total Regional vCPUs', used.cores, capacity.cores),
        usage('memoryMb', 'Total Regional Memory (MiB)', used.memoryMb, capacity.memoryMb),
        usage('virtualMachines', 'Virtual Machines', used.machines, 25_000),
      ] })
    }),
    line('/locations/{location}/publishers', 'Microsoft.Compute/locations/publishers/read', async () => ok([{ location: region.name, name: 'brickyard', id: `${base}/locations/${region.name}/publishers/brickyard` }])),
    line(image, 'Microsoft.Compute/locations/publishers/artifacttypes/offers/read', async () => ok(images.map(({ offer }) => ({ location: region.name, name: offer })))),
    line(`${image}/{offer}/skus`, 'Microsoft.Compute/locations/publishers/artifacttypes/offers/skus/read', async () => ok([{ location: region.name, name: 'spark' }])),
    line(`${image}/{offer}/skus/{sku}/versions`, 'Microsoft.Compute/locations/publishers/artifacttypes/offers/skus/versions/read', async () => ok([{ location: region.name, name: 'latest' }])),
  ]
}
