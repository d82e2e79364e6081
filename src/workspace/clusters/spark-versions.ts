import { Problem } from '#base/problem.ts'

/** What the machine image has installed, and machines alone: for tools that handle clusters and run nothing on them. */
export const sparkVersions = [
  { key: '4.2.x-scala2.13', name: '4.2 (includes Apache Spark 4.2.0, Delta Lake 4.4.0, Scala 2.13)' },
  { key: 'bare', name: 'Bare machines (no Spark; for testing tools)' },
]

/** What the machines of a cluster start: the engine's word for a spark_version. */
export const runtimeOf = (key: string): 'spark' | 'bare' => (key === 'bare' ? 'bare' : 'spark')

export function mustBeSparkVersion(key: string): void {
  if (sparkVersions.some((version) => version.key === key)) return
  throw new Problem(
    'invalid',
    `Invalid value for field spark_version: ${key} is not one of ${sparkVersions.map((version) => version.key).join(', ')}.`,
    { extra: { field: 'spark_version' } },
  )
}
