import type { z } from 'zod'
import { Problem } from '#base/problem.ts'
import type { Attributes } from './api.ts'

type Spec = z.infer<typeof Attributes>

/** What a cluster could have and we cannot give yet: refused by name, never ignored. */
const notYet = {
  cluster_log_conf: 'Log delivery (field cluster_log_conf)',
  docker_image: 'Container images (field docker_image)',
  instance_pool_id: 'Instance pools (field instance_pool_id)',
  driver_instance_pool_id: 'Instance pools (field driver_instance_pool_id)',
  policy_id: 'Cluster policies (field policy_id)',
  ssh_public_keys: 'SSH access (field ssh_public_keys)',
} as const satisfies Partial<Record<keyof Spec, string>>

const given = (value: unknown) =>
  value !== undefined &&
  value !== '' &&
  !(Array.isArray(value) && value.length === 0) &&
  !(typeof value === 'object' && value !== null && Object.keys(value).length === 0)

export function mustBeSupported(spec: Partial<Spec>): void {
  for (const [field, what] of Object.entries(notYet)) {
    if (Object.entries(spec).some(([name, value]) => name === field && given(value)))
      throw new Problem('not_implemented', `${what} is not implemented yet by this workspace.`)
  }
  if (spec.runtime_engine === 'PHOTON')
    throw new Problem('not_implemented', 'Photon (field runtime_engine) is not implemented by this workspace; it runs Apache Spark.')
  if (spec.use_ml_runtime)
    throw new Problem('not_implemented', 'The machine learning runtime (field use_ml_runtime) is not implemented yet by this workspace.')
  if (spec.azure_attributes?.availability === 'SPOT_AZURE')
    throw new Problem('not_implemented', 'Spot machines (field azure_attributes.availability) are not implemented yet by this workspace.')
}
