import { randomInt } from 'node:crypto'
import type { ProductStatus } from '#base/control.ts'
import type { Browser } from './browser.ts'
import type { Cloud } from './cloud.ts'
import type { Account } from './sign-in.ts'
import type { Workspace } from './workspace.ts'

/** What the story is played with, and what earlier scenes left for later ones. */
export type World = {
  product: ProductStatus
  browser: Browser
  /** Another person's: without the first one's cookies. */
  otherBrowser(): Browser
  account: Account
  /** Names of this walk: another walk has others. */
  names: { group: string; managedGroup: string; service: string; cluster: string }
  /** Only for people in a hurry or with little memory: how long to look at the frozen machines. */
  pauseSeconds: number
  openWorkspace(url: string, token: string): Promise<Workspace>
  signal: AbortSignal
  memory: Memory
}
export type Memory = {
  cloud?: Cloud
  service?: { id: string; url: string; account: string }
  workspace?: Workspace
  clusterId?: string
  answers?: Answer[]
  kept?: { variable: string; cachedRows: number; partitions: number }
}
export type Answer = { question: string; columns: string[]; rows: (string | number | null)[][] }

export const locationOf = (product: ProductStatus) => product.location

export function namesOfWalk(): World['names'] {
  const mark = Array.from({ length: 5 }, () => 'abcdefghijkmnpqrstuvwxyz23456789'[randomInt(32)] ?? 'x').join('')
  return { group: `walkabout-${mark}`, managedGroup: `walkabout-${mark}-managed`, service: `flights-${mark}`, cluster: 'three machines' }
}

/** What an earlier scene must have left; a scene cannot be played without it. */
export function left<K extends keyof Memory>(memory: Memory, what: K): NonNullable<Memory[K]> {
  const value = memory[what]
  if (value === undefined) throw new Error(`An earlier step should have left the ${what}.`)
  return value
}
