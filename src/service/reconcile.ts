import type { Clock } from '#base/clock.ts'
import type { Log } from '#base/log.ts'
import type { Next } from '#base/work.ts'
import { readFailure, type Arm } from './arm.ts'
import type { ServiceDeps } from './contract.ts'
import { madeOf, recordOf } from './made-of.ts'
import { deletingGroup, dfsEndpoint, endingClusters, provisioning, registering, removeManagedGroup } from './provision.ts'
import { afterFailure, stateOf, type Phase } from './state.ts'
import type { Change, Row, Store } from './store.ts'

export type LoopDeps = Pick<ServiceDeps, 'workspaces' | 'directory' | 'clientId'> & { arm: Arm; store: Store; clock: Clock; log: Log }

/** One look at one workspace: does what its phase asks for and records the outcome. Every part may be repeated. */
export function reconciler(deps: LoopDeps) {
  const { store, clock, log } = deps

  async function failed(row: Row, error: unknown): Promise<Next> {
    const failure = readFailure(error)
    const minutes = (clock().getTime() - row.phaseAt.getTime()) / 60_000
    const next = afterFailure(row.phase, { lasting: failure.lasting, minutes })
    if (next === 'again') throw error
    log.warn({ err: error, workspace: row.key, next }, 'service: could not finish')
    const reason = { code: 'ApplianceProvisioningFailed', message: `${row.doing ?? 'The work'} failed: ${explained(failure)}` }
    if (next === 'undoing') await enter(row, 'undoing', { reason, doing: 'Undoing what was made' })
    else await enter(row, 'failed', { reason, doing: null }, { status: 'Failed', error: reason })
    return { again: 0 }
  }

  /** Moves to another phase; a delete that came meanwhile goes first. */
  const enter = (row: Row, phase: Phase, change: Change = {}, operation?: Parameters<Store['record']>[2]) =>
    store.record(row, { phase, state: stateOf[phase], phaseAt: clock(), ...change }, operation)

  async function register(row: Row, signal: AbortSignal): Promise<void> {
    await deps.workspaces.register(recordOf(row, await dfsEndpoint(deps.arm, madeOf(row), signal)))
  }
  const nothing = async () => {}
  const work: Record<Phase, (row: Row, signal: AbortSignal) => Promise<void>> = {
    making: make,
    updating: make,
    undoing: undo,
    deleting: remove,
    ready: register, // tags may have changed
    failed: nothing,
  }

  return async function step(key: string, signal: AbortSignal): Promise<Next> {
    const row = await store.byKey(key)
    if (!row) return 'done'
    try {
      await work[row.phase](row, signal)
    } catch (error) {
      if (signal.aborted) throw error
      return failed(row, error)
    }
    const now = await store.byKey(key)
    return now && now.phase !== row.phase && now.phase === 'undoing' ? { again: 0 } : 'done'
  }

  async function make(row: Row, signal: AbortSignal): Promise<void> {
    const made = madeOf(row)
    const say = (doing: string) => { row.doing = doing; return store.record(row, { doing }) }
    for (const { name, run } of provisioning) {
      if (!(await say(name))) return // another operation took over
      await run(deps.arm, made, signal)
    }
    if (!(await say(registering))) return
    await deps.directory.addRedirectUri(deps.clientId, made.redirectUri)
    await register(row, signal)
    await enter(row, 'ready', { doing: null, reason: null, readyAt: row.readyAt ?? clock() }, { status: 'Succeeded' })
  }

  async function undo(row: Row, signal: AbortSignal): Promise<void> {
    await clear(row, signal)
    await enter(row, 'failed', { doing: null }, { status: 'Failed', ...(row.reason && { error: row.reason }) })
  }

  async function remove(row: Row, signal: AbortSignal): Promise<void> {
    await clear(row, signal)
    await store.remove(row)
  }

  /** The workspace first: it ends its clusters, so that nothing makes machines in a group that is going away. */
  async function clear(row: Row, signal: AbortSignal): Promise<void> {
    const made = madeOf(row)
    if (row.phase === 'deleting') await store.record(row, { doing: endingClusters })
    await deps.workspaces.unregister(row.workspaceId)
    if (row.phase === 'deleting') await store.record(row, { doing: deletingGroup })
    await removeManagedGroup(deps.arm, made, signal)
    await deps.directory.removeRedirectUri(deps.clientId, made.redirectUri)
  }
}

/** The code belongs into the text: Azure's pollers show only that. */
const explained = (failure: { code: string; message: string }) => failure.message.includes(failure.code) ? failure.message : `${failure.message} (${failure.code})`
