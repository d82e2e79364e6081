import type { NodeType, Spec } from '../clusters.ts'

export type Problems = Readonly<Record<string, string>>
/** What a form starts with: a small cluster of the smallest machine that is no beta. */
export function newSpec(types: readonly NodeType[], versions: readonly { key: string }[]): Spec {
  const first = types.filter((type) => !type.is_beta && type.memory_mb >= 4096).toSorted((a, b) => a.num_cores - b.num_cores || a.memory_mb - b.memory_mb)[0] ?? types[0]
  return {
    cluster_name: '',
    spark_version: versions[0]?.key ?? '',
    node_type_id: first?.node_type_id,
    driver_node_type_id: first?.node_type_id,
    num_workers: 1,
    autotermination_minutes: 60,
  }
}

const kept = [
  'cluster_name', 'spark_version', 'node_type_id', 'driver_node_type_id', 'num_workers', 'autoscale', 'autotermination_minutes', 'spark_conf', 'spark_env_vars', 'custom_tags', 'init_scripts',
  'data_security_mode', 'single_user_name', 'runtime_engine', 'kind', 'is_single_node', 'enable_elastic_disk', 'enable_local_disk_encryption', 'azure_attributes', 'workload_type',
] as const
const empty = (value: unknown) => value === undefined || (typeof value === 'object' && value !== null && Object.keys(value).length === 0)

/** A description without what only answers have, and without empty parts, in the order of the form. */
export function cleaned(given: Spec): Spec {
  const found = kept.filter((name) => !empty(given[name]) && !(name === 'num_workers' && given.autoscale)).map((name) => [name, given[name]])
  return { ...Object.fromEntries(found), spark_version: given.spark_version }
}

/** What is wrong, by field, before the server is asked. */
export function problemsOf(spec: Spec, types: readonly NodeType[]): Problems {
  const wrong: Record<string, string> = {}
  const name = spec.cluster_name ?? ''
  if (name.trim() === '') wrong.cluster_name = 'Give the cluster a name.'
  else if (name.length > 200) wrong.cluster_name = 'At most 200 characters.'
  if (!spec.spark_version) wrong.spark_version = 'Choose a runtime.'
  for (const field of ['node_type_id', 'driver_node_type_id'] as const)
    if (types.length > 0 && spec[field] !== undefined && !types.some((type) => type.node_type_id === spec[field])) wrong[field] = `${spec[field]} is not on the list of node types.`
  if (!spec.node_type_id) wrong.node_type_id = 'Choose a node type.'
  if (spec.autoscale) {
    const { min_workers: min, max_workers: max } = spec.autoscale
    if (!whole(min, 1, 1000)) wrong['autoscale.min_workers'] = 'A whole number from 1 to 1000.'
    if (!whole(max, 1, 1000)) wrong['autoscale.max_workers'] = 'A whole number from 1 to 1000.'
    else if (max <= min) wrong['autoscale.max_workers'] = 'Must be more than the least number.'
  } else if (!whole(spec.num_workers, 0, 1000)) wrong.num_workers = 'A whole number from 0 to 1000.'
  const idle = spec.autotermination_minutes ?? 0
  if (idle !== 0 && !whole(idle, 10, 10_000)) wrong.autotermination_minutes = '0 for never, or from 10 to 10000.'
  for (const key of Object.keys(spec.spark_env_vars ?? {})) if (!/^[A-Za-z_]\w*$/.test(key)) wrong.spark_env_vars = `${key} is not a name of an environment variable.`
  for (const key of Object.keys(spec.custom_tags ?? {})) if (key.length > 128 || /[<>%&\\?/]/.test(key)) wrong.custom_tags = `The tag ${key} has a character that Azure does not allow.`
  ;(spec.init_scripts ?? []).forEach((script, index) => {
    const [kind, place] = Object.entries(script)[0] ?? []
    if (kind === undefined || !place?.destination) wrong[`init_scripts.${index}`] = 'Give the whole path of the script.'
  })
  return wrong
}
const whole = (value: unknown, min: number, max: number) => Number.isInteger(value) && Number(value) >= min && Number(value) <= max

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)
const isTexts = (value: unknown) => value === undefined || (isRecord(value) && Object.values(value).every((one) => typeof one === 'string'))
/** JSON as a description, or what is wrong with it for a person. The server checks the rest. */
export function readSpec(text: string): { spec: Spec } | { wrong: string } {
  let found: unknown
  try {
    found = JSON.parse(text)
  } catch (error) {
    return { wrong: `Not JSON: ${error instanceof Error ? error.message : String(error)}` }
  }
  if (!isRecord(found)) return { wrong: 'It must be one object: { … }.' }
  for (const name of ['spark_conf', 'spark_env_vars', 'custom_tags'] as const) if (!isTexts(found[name])) return { wrong: `${name} must be an object of texts.` }
  for (const name of ['num_workers', 'autotermination_minutes'] as const) if (found[name] !== undefined && typeof found[name] !== 'number') return { wrong: `${name} must be a number.` }
  for (const name of ['cluster_name', 'spark_version', 'node_type_id', 'driver_node_type_id'] as const) if (found[name] !== undefined && typeof found[name] !== 'string') return { wrong: `${name} must be a text.` }
  if (found.autoscale !== undefined && !(isRecord(found.autoscale) && typeof found.autoscale.min_workers === 'number' && typeof found.autoscale.max_workers === 'number')) return { wrong: 'autoscale must be { "min_workers": …, "max_workers": … }.' }
  if (found.init_scripts !== undefined && !(Array.isArray(found.init_scripts) && found.init_scripts.every((one) => isRecord(one) && Object.values(one).every(isRecord)))) return { wrong: 'init_scripts must be a list of { "workspace": { "destination": … } }.' }
  // The checks above are those that the form's fields rely on.
  return { spec: { spark_version: '', ...found } }
}

/** `name value` a line, as Spark's own properties files. */
export const toLines = (pairs: Readonly<Record<string, string>> | undefined, between = ' '): string => Object.entries(pairs ?? {}).map(([name, value]) => `${name}${between}${value}`).join('\n')
export const fromLines = (lines: string): Record<string, string> =>
  Object.fromEntries(lines.split('\n').map((line) => line.trim()).filter((line) => line !== '' && !line.startsWith('#')).map((line) => {
    const [, name = line, value = ''] = /^([^\s=]+)(?:\s*=\s*|\s+)(.*)$/.exec(line) ?? []
    return [name, value]
  }))
