/**
 * Where we are with a workspace. What Azure's clients see is `provisioningState`; a phase says what the loop does next.
 * making → ready, or making → undoing → failed. A later PUT of a failed one begins again.
 */
export const phases = ['making', 'undoing', 'updating', 'deleting', 'ready', 'failed'] as const
export type Phase = (typeof phases)[number]

/** Those of `ProvisioningState` in Microsoft.Databricks 2026-01-01 that we use. */
export type ProvisioningState = 'Accepted' | 'Updating' | 'Deleting' | 'Succeeded' | 'Failed'

export const moves = {
  making: ['ready', 'undoing', 'deleting'],
  undoing: ['failed', 'deleting'],
  updating: ['ready', 'failed', 'deleting'],
  deleting: ['failed'],
  ready: ['updating', 'deleting'],
  failed: ['making', 'updating', 'deleting'],
} as const satisfies Record<Phase, readonly Phase[]>

export const stateOf = {
  making: 'Accepted',
  undoing: 'Accepted',
  updating: 'Updating',
  deleting: 'Deleting',
  ready: 'Succeeded',
  failed: 'Failed',
} as const satisfies Record<Phase, ProvisioningState>

/** What a person may ask for, and when. */
export const can = {
  put: ['ready', 'failed'],
  patch: ['ready', 'failed'],
  delete: ['making', 'undoing', 'updating', 'ready', 'failed'],
} as const satisfies Record<string, readonly Phase[]>
export const mayBe = (verb: keyof typeof can, phase: Phase): boolean => (can[verb] as readonly Phase[]).includes(phase)

/** Where a failed piece of work leads. A workspace that was ready once is never undone because a change failed. */
export type AfterFailure = 'again' | 'undoing' | 'failed'
export function afterFailure(phase: Phase, failure: { lasting: boolean; minutes: number }): AfterFailure {
  const patience = 10
  if (phase === 'undoing' || phase === 'ready') return 'again'
  if (phase === 'deleting') return failure.minutes < (failure.lasting ? 1 : patience) ? 'again' : 'failed'
  if (!failure.lasting && failure.minutes < patience) return 'again'
  return phase === 'making' ? 'undoing' : 'failed'
}
