import { bootScript } from '#engine/boot.ts'
import type { WorkspaceRecord } from '../contract.ts'
import type { ClusterTokens } from './cluster-token.ts'
import { machinePublicKey } from './machine-key.ts'
import type { Machines, View } from './machines.ts'
import { machineNames, workerIndex } from './machine-names.ts'
import { runtimeOf } from './spark-versions.ts'
import type { NodeTypeInfo } from './spec.ts'
import type { ClusterRow } from './store.ts'

export type Deps = {
  record: WorkspaceRecord
  machines: Machines
  nodeTypes: () => Promise<NodeTypeInfo[]>
  tokens: ClusterTokens
  keySecret: Buffer
  caPem: string
}
export type NewMachines = ReturnType<typeof newMachines>

/** "If a custom tag has the name of a default tag, it is prefixed with x_". Source: "Usage detail tags", Azure Databricks. */
const ours = new Set(['vendor', 'creator', 'clusterid', 'clustername', 'databricksenvironment', 'incarnation'])

/** Machines asked for at once; the next step goes on with the rest. What does not fit is then refused after a few calls. */
const atOnce = 16

/** Makes machines of a cluster that are not there: network cards, then virtual machines, each kind at once. */
export const newMachines = ({ record, machines, nodeTypes, tokens, keySecret, caPem }: Deps) => ({
  async ensure(row: ClusterRow, missing: readonly string[], view: View, signal: AbortSignal): Promise<void> {
    const names = missing.slice(0, atOnce)
    const { cluster_id: clusterId, incarnation, spec } = row
    const clusterName = spec.cluster_name ?? ''
    // Source: tags of machines in a managed resource group of Azure Databricks.
    const tags = {
      ...record.tags,
      ...Object.fromEntries(Object.entries(spec.custom_tags ?? {}).map(([key, value]) => [ours.has(key.toLowerCase()) ? `x_${key}` : key, value])),
      Vendor: 'Databricks',
      Creator: row.creator_user_name,
      ClusterId: clusterId,
      ClusterName: clusterName,
      DatabricksEnvironment: 'workerenv',
      Incarnation: String(incarnation),
    }
    const [driverName] = machineNames(clusterId, 0)
    const [types, made] = await Promise.all([nodeTypes(), machines.ensureCards(names, tags, signal)])
    const addresses = new Map([...view.addresses, ...made])
    const driverAddress = addresses.get(driverName) ?? ''
    const token = tokens.make({ workspaceId: record.workspaceId, clusterId, incarnation })
    const publicKey = machinePublicKey(keySecret, clusterId)
    await Promise.all(
      names.map(async (name) => {
        const role = name === driverName ? 'driver' : 'worker'
        const size = types.find((type) => type.node_type_id === (role === 'driver' ? spec.driver_node_type_id : spec.node_type_id))
        if (!size) throw new Error(`The node type of ${name} is not offered any more`)
        const customData = bootScript({
          role,
          runtime: runtimeOf(spec.spark_version),
          index: role === 'driver' ? 0 : workerIndex(name) + 1,
          ...(spec.init_scripts?.length ? { initScripts: true, nodeType: size.node_type_id } : {}),
          clusterId,
          clusterName,
          incarnation,
          workspaceUrl: record.url,
          caPem,
          token,
          address: addresses.get(name) ?? '',
          driverAddress,
          cores: size.num_cores,
          memoryMb: size.memory_mb,
          sparkConf: spec.spark_conf ?? {},
          sparkEnv: spec.spark_env_vars ?? {},
          storage: record.storage,
        })
        await machines.ensure({ name, size: size.node_type_id, tags, customData, publicKey }, signal)
      }),
    )
  },
})
