import { reasons, type Reason } from './reasons.ts'

/** Azure's words for "it does not fit". Source: "Resolve errors for resource quotas" and "SKU not available". */
const full = [
  'OperationNotAllowed',
  'QuotaExceeded',
  'SkuNotAvailable',
  'AllocationFailed',
  'ZonalAllocationFailed',
  'OverconstrainedAllocationRequest',
]

/** The cloud's refusal as a termination reason; null when trying again may help (throttled, not reachable, failing itself). */
export function refusal(error: unknown): Reason | null {
  if (!(error instanceof Error) || !('statusCode' in error) || typeof error.statusCode !== 'number') return null
  if (error.statusCode === 429 || error.statusCode === 404 || error.statusCode >= 500 || error.statusCode < 400) return null
  const code = 'code' in error && typeof error.code === 'string' ? error.code : `HTTP ${error.statusCode}`
  // A conflict with an operation that still runs passes.
  if (error.statusCode === 409 && !full.includes(code)) return null
  return full.includes(code) ? reasons.quota(error.message) : reasons.cloud(code, error.message)
}
