import { ComputeManagementClient } from '@azure/arm-compute'
import type { Clock } from '#base/clock.ts'
import { Problem } from '#base/problem.ts'
import type { Arm } from '../arm.ts'
import type { NodeTypeInfo } from './spec.ts'

/** The families that a workspace offers, in order. The category is that of the Databricks node list. */
const families = [
  { pattern: /^Standard_D[SC]?\d+[a-z]*_v\d/i, category: 'General Purpose', beta: false },
  { pattern: /^Standard_(A|B)\d+\w*/i, category: 'General Purpose', beta: true },
  { pattern: /^Standard_E\d+[a-z]*_v\d/i, category: 'Memory Optimized', beta: false },
  { pattern: /^Standard_F\d+s?(_v\d)?$/i, category: 'Compute Optimized', beta: false },
  { pattern: /^Standard_L\d+[a-z]*(_v\d)?$/i, category: 'Storage Optimized', beta: true },
] as const

export type Size = { name: string; cores: number; memoryMb: number; diskMb: number }

/** A size of the region as a node type; undefined for one that is not on the limited list. */
export function nodeType(size: Size): NodeTypeInfo | undefined {
  const order = families.findIndex((family) => family.pattern.test(size.name))
  const family = families[order]
  if (!family || size.memoryMb < 1024) return undefined
  const localGb = Math.round(size.diskMb / 1024)
  return {
    node_type_id: size.name,
    instance_type_id: size.name,
    memory_mb: size.memoryMb,
    num_cores: size.cores,
    num_gpus: 0,
    category: family.category,
    description: `${size.name} (${size.cores} ${size.cores === 1 ? 'core' : 'cores'}, ${(size.memoryMb / 1024).toFixed(1).replace('.0', '')} GB)${family.beta ? ' (beta)' : ''}`,
    display_order: order,
    is_beta: family.beta,
    is_deprecated: false,
    is_hidden: false,
    is_encrypted_in_transit: false,
    is_graviton: false,
    is_io_cache_enabled: false,
    photon_driver_capable: false,
    photon_worker_capable: false,
    support_cluster_tags: true,
    support_ebs_volumes: false,
    support_port_forwarding: true,
    node_info: { status: [] },
    node_instance_type: {
      instance_type_id: size.name,
      local_disks: localGb > 0 ? 1 : 0,
      local_disk_size_gb: localGb,
      local_nvme_disks: 0,
      local_nvme_disk_size_gb: 0,
    },
  }
}

/** The limited list of machine types, from what the region offers. Asked again after five minutes. */
export function nodeTypeList(arm: Arm, location: string, clock: Clock): () => Promise<NodeTypeInfo[]> {
  const client = new ComputeManagementClient(arm.credential, arm.subscriptionId, arm.options)
  let held: { until: number; list: Promise<NodeTypeInfo[]> } | undefined

  async function ask(): Promise<NodeTypeInfo[]> {
    const found: NodeTypeInfo[] = []
    for await (const size of client.virtualMachineSizes.list(location)) {
      const type = nodeType({
        name: size.name ?? '',
        cores: size.numberOfCores ?? 0,
        memoryMb: size.memoryInMB ?? 0,
        diskMb: size.resourceDiskSizeInMB ?? 0,
      })
      if (type) found.push(type)
    }
    return found.sort(
      (a, b) =>
        a.display_order - b.display_order ||
        a.num_cores - b.num_cores ||
        a.memory_mb - b.memory_mb ||
        a.node_type_id.localeCompare(b.node_type_id),
    )
  }
  return () => {
    const now = clock().getTime()
    if (!held || held.until < now) {
      const list = ask().catch((error: unknown) => {
        throw new Problem('unavailable', 'The cloud does not say which machines it has now. Try again in a moment.', { cause: error })
      })
      const mine = { until: now + 300_000, list }
      list.catch(() => {
        if (held === mine) held = undefined
      })
      held = mine
    }
    return held.list
  }
}
