import type { Answer, Call, Grant, Needs } from './call.ts'
import type { Disk } from './disk/disk.ts'
import { placeOf, type Place } from './disk/entry.ts'
import { refuse } from './errors.ts'

/** What an operation works with. */
export type Scene = { call: Call; disk: Disk; grant: Grant; place: Place; container: string }

/** One operation of the two endpoints: what it asks of a credential, and what it does. */
export type Operation = { needs: Needs | 'own check'; run: (scene: Scene) => Promise<Answer> }

/** An operation that is known and not built: it says so by name. */
export const notBuilt = (name: string, needs: Needs): Operation => ({
  needs,
  run: async () => {
    throw refuse('NotImplemented', `${name} is not built yet.`)
  },
})

/** The scene of a call; `container` is '' for requests about the account. */
export function sceneOf(call: Call, disk: Disk, grant: Grant): Scene {
  const container = call.container ?? ''
  return { call, disk, grant, container, place: placeOf(disk, container, call.path) }
}

/** A number in the query. */
export function numberIn(call: Call, name: string): number | undefined {
  const text = call.query.get(name)
  if (text === undefined) return undefined
  const value = Number(text)
  if (text === '' || !Number.isSafeInteger(value) || value < 0) throw refuse('InvalidQueryParameterValue', `${name} must be a whole number.`)
  return value
}
