import { useCallback, useRef } from 'react'
import { typed } from '../document/cells.ts'
import { useLive, useNotebook } from '../notebook-context.ts'

/** How a table of a cell is shown. Kept in the shared document: it comes back, and others see it too. */
export type CellView = { mode: 'table' | 'chart'; chart: unknown }
const first: CellView = { mode: 'table', chart: null }

function asView(value: unknown): CellView {
  if (typeof value !== 'object' || value === null) return first
  const { mode, chart }: { mode?: unknown; chart?: unknown } = value
  return { mode: mode === 'chart' ? 'chart' : 'table', chart: chart ?? null }
}

/** A reader's choice stays on their own page. */
export function useCellView(cellId: string, index: number): [CellView, (next: CellView) => void] {
  const { live, commands } = useNotebook()
  const own = useRef<CellView | null>(null)
  const last = useRef<{ raw: string; view: CellView }>({ raw: '', view: first })
  const view = useLive(`map:${cellId}`, () => {
    const value = own.current ?? live.cells()?.find(({ id }) => id === cellId)?.map.get(`view:${index}`)
    const raw = JSON.stringify(value ?? null)
    if (raw !== last.current.raw) last.current = { raw, view: asView(value) }
    return last.current.view
  })
  const keep = useCallback(
    (next: CellView) => {
      if (commands.mayEdit()) {
        own.current = null
        const map = live.cells()?.find(({ id }) => id === cellId)?.map
        live.doc.transact(() => map?.set(`view:${index}`, next), typed)
      } else own.current = next
      live.topics.emit(`map:${cellId}`)
    },
    [cellId, commands, index, live],
  )
  return [view, keep]
}
