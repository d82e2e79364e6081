import { availableParallelism, totalmem } from 'node:os'
import { sql, type Kysely } from 'kysely'
import { Problem } from '#base/problem.ts'
import { region } from '../resource-manager/core.ts'
import type { Tables } from '../store/tables.ts'
import { turn } from '../store/transaction.ts'
import type { Tx } from '../resource-manager/resource-type.ts'

export type Capacity = { cores: number; memoryMb: number }
export type CapacityOptions = {
  /** Promised cores for each core of the host: machines share cores fairly, they rarely all compute at once. Default 8. */
  coreOvercommit?: number
  /** Memory that is never promised: the control plane, the database and the host itself. Default: a tenth of it, at least 1.5 GiB. */
  memoryReserveMb?: number
}

/** What the region can promise on this host. Memory is not overcommitted: a machine that is promised 4 GiB finds them. */
export function hostCapacity(options: CapacityOptions = {}): Capacity {
  const constrained = process.constrainedMemory()
  const total = Math.floor(Math.min(totalmem(), constrained > 0 ? constrained : Infinity) / 2 ** 20)
  const reserve = options.memoryReserveMb ?? Math.max(1536, Math.floor(total / 10))
  return { cores: availableParallelism() * (options.coreOvercommit ?? 8), memoryMb: Math.max(0, total - reserve) }
}

/** What machines hold now. Deallocated ones hold nothing, hibernated ones their memory. */
export async function usedCapacity(db: Kysely<Tables>): Promise<Capacity & { machines: number }> {
  const row = await db.selectFrom('machines').select([
    sql<number>`coalesce(sum(cores) filter (where holds_cores), 0)::int`.as('cores'),
    sql<number>`coalesce(sum(memory_mb) filter (where holds_memory), 0)::int`.as('memoryMb'),
    sql<number>`count(*)::int`.as('machines'),
  ]).executeTakeFirst()
  return row ?? { cores: 0, memoryMb: 0, machines: 0 }
}

/** Refuses, with Azure's quota error and the numbers, what does not fit. Two that race for the last place take turns here. */
export async function mustFitIn(tx: Tx, limit: Capacity, more: Capacity): Promise<void> {
  await turn(tx, 'capacity')
  const used = await usedCapacity(tx)
  refuseBeyond('Cores', limit.cores, used.cores, more.cores)
  refuseBeyond('Memory (MiB)', limit.memoryMb, used.memoryMb, more.memoryMb)
}

function refuseBeyond(what: string, limit: number, used: number, more: number): void {
  if (more === 0 || used + more <= limit) return
  throw new Problem('quota',
    `Operation could not be completed as it results in exceeding approved Total Regional ${what} quota. Additional details - Deployment Model: Resource Manager, Location: ${region.name}, ` +
    `Current Limit: ${limit}, Current Usage: ${used}, Additional Required: ${more}, (Minimum) New Limit Required: ${used + more}. ` +
    'The limit is what this machine has: choose smaller machine sizes, or deallocate or delete machines that are not needed.')
}
