import type { Transaction } from 'kysely'
import type { Next } from '#base/work.ts'
import { z } from 'zod'
import { bag, tags, type Bag, type ResourceRow, type Tables } from '../store/tables.ts'
import type { Caller } from './operation.ts'
import type { ResourceName } from './id.ts'

export type Tx = Transaction<Tables>

/** What a client may put around `properties`. Unknown fields are kept. */
export const envelopeBody = z.looseObject({ location: z.string().optional(), tags: tags.nullish(), properties: bag.nullish() })
export type EnvelopeBody = z.infer<typeof envelopeBody>

export type Put = {
  tx: Tx
  name: ResourceName
  existing: ResourceRow | undefined
  body: EnvelopeBody
  properties: Bag
  location: string
  caller: Caller
}
/** What to store. `job`: the world has to be changed too, so the operation is asynchronous. */
export type Draft = { properties: Bag; envelope?: Bag; sealed?: string | null; job: boolean }

/** One kind of resource: a line of the resource manager's table. Everything runs inside the request's transaction except `make` and `destroy`. */
export type ResourceType = {
  /** `Microsoft.Network/virtualNetworks` */
  type: string
  versions: readonly string[]
  /** In a group's deletion, lower ranks go first: what is used by others goes last. */
  rank: number
  /** Status of an asynchronous PUT that creates: Azure's storage answers 202 without a body, everything else 201. */
  created: 201 | 202
  /** Answers wait for the end, because the clients of this kind know no asynchronous ones: of a deletion, or of a PUT too. */
  waits?: 'delete' | 'both'
  /** Etags are shown and If-Match is honoured (Microsoft.Network). */
  etags?: boolean
  /** Validates the wish and says what to store. */
  put(put: Put): Promise<Draft>
  /** Refuses while others use it; removes side rows. `forced`: the whole group goes, so what uses it goes too. */
  mayRemove?(input: { tx: Tx; row: ResourceRow; forced: boolean; caller: Caller }): Promise<void>
  /** Brings the world to the stored wish. Repeatable. */
  make?(row: ResourceRow, signal: AbortSignal): Promise<void>
  /** Takes away what `make` made. Repeatable; `false`: not yet, ask again. */
  destroy?(row: ResourceRow, signal: AbortSignal): Promise<boolean>
  /** In place of `make` and `destroy`: a life of its own (virtual machines). */
  step?(row: ResourceRow, signal: AbortSignal): Promise<Next>
  /** What clients see of it; stored properties when absent. `expand` is the query's `$expand`. */
  view?(row: ResourceRow, expand: string | null): Promise<Bag>
  /** Further top-level fields of the answer. */
  viewEnvelope?(row: ResourceRow): Bag
}
