import type { Command, Context } from '../wire.ts'
import { refusal } from './api.ts'
import type { DriverPlan, Machine } from './plan.ts'
import type { Spark } from './spark.ts'

export type ContextDeps = { plan: DriverPlan; machine: Machine; spark: () => Spark | undefined; touched: (at: number) => void }
export type Contexts = {
  list(): Context[]
  create(language: string): Promise<Context>
  get(id: string): Context
  destroy(id: string): Promise<void>
  execute(id: string, language: string, code: string): { id: string }
  command(id: string, commandId: string): Command
  cancel(id: string, commandId: string): Promise<void>
  close(): Promise<void>
}

export function openContexts(_deps: ContextDeps): Contexts {
  const none = () => { throw refusal(501, 'not yet') }
  return { list: () => [], create: none, get: none, destroy: none, execute: none, command: none, cancel: none, close: async () => {} }
}
