import { createContext, useContext } from 'react'
import type { Commands } from './commands.ts'
import type { Live } from './live/live.ts'
import { useTopic } from './live/topics.ts'
import type { View } from './view.ts'

export type Notebook = { live: Live; view: View; commands: Commands }
export const NotebookContext = createContext<Notebook | null>(null)

export function useNotebook(): Notebook {
  const notebook = useContext(NotebookContext)
  if (notebook === null) throw new Error('Outside of a notebook')
  return notebook
}

/** A part of the live notebook; drawn anew when its topic changes. */
export function useLive<T>(topic: string, get: (live: Live) => T): T {
  const { live } = useNotebook()
  return useTopic(live.topics, topic, () => get(live))
}
export function useView<T>(topic: string, get: (view: View) => T): T {
  const { view } = useNotebook()
  return useTopic(view.topics, topic, () => get(view))
}

/** Why a person may not edit or run; undefined when they may. */
export const useWhyNot = (needed: 'edit' | 'run'): string | undefined => {
  const level = useLive('level', (live) => live.state.level)
  if (level === null) return 'The notebook is not connected yet.'
  if (needed === 'run' ? level !== 'CAN_READ' : level === 'CAN_EDIT' || level === 'CAN_MANAGE') return undefined
  return `You need ${needed === 'run' ? 'CAN_RUN' : 'CAN_EDIT'} on this notebook; you have ${level}. Its owner or an administrator can give it.`
}
