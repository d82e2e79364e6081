import { ComputeManagementClient } from '@azure/arm-compute'
import { Problem } from '#base/problem.ts'
import type { Arm } from '../arm.ts'

export type Usage = { name: string; title: string; used: number; limit: number }

/** What of the region's machines is in use, and how much there is. */
export function regionQuota(arm: Arm, location: string): () => Promise<Usage[]> {
  const client = new ComputeManagementClient(arm.credential, arm.subscriptionId, arm.options)
  return async () => {
    try {
      const found: Usage[] = []
      for await (const { name, currentValue, limit } of client.usage.list(location))
        if (name?.value !== undefined) found.push({ name: name.value, title: name.localizedValue ?? name.value, used: currentValue, limit })
      return found
    } catch (error) {
      throw new Problem('unavailable', 'The cloud does not say now how many machines there is room for. Try again in a moment.', { cause: error })
    }
  }
}
