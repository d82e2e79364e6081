import { Problem } from '#base/problem.ts'

/** What the machine image has installed. */
export const sparkVersions = [{ key: '4.2.x-scala2.13', name: '4.2 (includes Apache Spark 4.2.0, Delta Lake 4.4.0, Scala 2.13)' }]

export function mustBeSparkVersion(key: string): void {
  if (sparkVersions.some((version) => version.key === key)) return
  throw new Problem('invalid', `Invalid value for field spark_version: ${key} is not one of ${sparkVersions.map((version) => version.key).join(', ')}.`, { extra: { field: 'spark_version' } })
}
