import type { z } from 'zod'
import { Problem } from '#base/problem.ts'
import type { Attributes, NodeType } from './api.ts'
import { mustBeReadable, type RootStorage } from './init-script-info.ts'
import { mustBeSparkVersion } from './spark-versions.ts'
import { mustBeSupported } from './unsupported.ts'

export type Spec = z.infer<typeof Attributes>
export type NodeTypeInfo = z.infer<typeof NodeType>

export const invalid = (field: string, message: string) =>
  new Problem('invalid', `Invalid value for field ${field}: ${message}`, { extra: { field } })

/** Checks a wish against what there is. Returns what is kept, and the number of workers. */
export function checkedSpec(asked: Spec, nodeTypes: readonly NodeTypeInfo[], root?: RootStorage): { spec: Spec; num_workers: number } {
  mustBeSupported(asked)
  mustBeSparkVersion(asked.spark_version)
  if (asked.node_type_id === undefined)
    throw new Problem('invalid', 'Missing required field: node_type_id', { extra: { field: 'node_type_id' } })
  for (const field of ['node_type_id', 'driver_node_type_id'] as const) {
    const wanted = asked[field]
    if (wanted !== undefined && !nodeTypes.some((type) => type.node_type_id === wanted)) {
      throw invalid(
        field,
        `Node type ${wanted} is not supported. Supported node types: ${nodeTypes.map((type) => type.node_type_id).join(', ')}`,
      )
    }
  }
  const workers = asked.num_workers ?? asked.autoscale?.min_workers ?? (asked.is_single_node ? 0 : undefined)
  if (workers === undefined)
    throw new Problem('invalid', 'Missing required field: num_workers. Exactly one of num_workers and autoscale must be given.', {
      extra: { field: 'num_workers' },
    })
  mustBeInRange(workers, asked.autoscale)
  if (asked.is_single_node && asked.autoscale) throw invalid('autoscale', 'a single-node cluster has 0 workers')
  if (asked.is_single_node && workers !== 0) throw invalid('num_workers', 'a single-node cluster has 0 workers')
  for (const key of Object.keys(asked.spark_env_vars ?? {})) {
    if (!/^[A-Za-z_]\w*$/.test(key)) throw invalid('spark_env_vars', `${key} is not a name of an environment variable`)
    if (key.startsWith('BRICKYARD_')) throw invalid('spark_env_vars', `${key} is set by the machine itself`)
  }
  for (const field of ['spark_env_vars', 'spark_conf'] as const)
    // Source: "Use a secret in a Spark configuration property or environment variable". Passing the reference itself on would look like it worked.
    if (Object.values(asked[field] ?? {}).some((value) => value.includes('{{secrets/')))
      throw new Problem('not_implemented', `References to secrets (field ${field}) are not implemented yet by this workspace.`)
  for (const [key, value] of Object.entries(asked.spark_conf ?? {}))
    if (key.trim() === '' || /[\r\n]/.test(key + value)) throw invalid('spark_conf', `${JSON.stringify(key)} must be one line of text`)
  mustBeTags(asked.custom_tags ?? {})
  asked.init_scripts?.forEach((script, at) => mustBeReadable(script, `init_scripts.${at}`, root))
  return { spec: sized({ ...asked, driver_node_type_id: asked.driver_node_type_id ?? asked.node_type_id }, workers), num_workers: workers }
}

/** A description says its size once: a number, or a range. */
export const sized = (spec: Spec, workers: number): Spec => {
  const { num_workers: _, ...rest } = spec
  return spec.autoscale ? rest : { ...rest, num_workers: workers }
}

/** Clients send back what `get` showed: with a range, the number beside it is the size now. */
export function mustBeInRange(workers: number, range: Spec['autoscale']): void {
  if (range && (workers < range.min_workers || workers > range.max_workers))
    throw invalid('num_workers', `with autoscale it must lie from ${range.min_workers} to ${range.max_workers}. Give one of num_workers and autoscale.`)
}

/** Azure's limits on tags: 50 on a resource, some characters never. Ours take six of them. */
function mustBeTags(tags: Record<string, string>): void {
  if (Object.keys(tags).length > 40) throw invalid('custom_tags', 'at most 40 tags are allowed')
  for (const [key, value] of Object.entries(tags)) {
    if (key === '' || key.length > 128 || value.length > 256 || /[<>%&\\?/]/.test(key))
      throw invalid('custom_tags', `the tag ${key} has a name or value that Azure does not allow`)
  }
}
