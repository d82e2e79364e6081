import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components'
import { ArrowSortDownRegular, ArrowSortUpRegular } from '@fluentui/react-icons'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useRef, useState, type KeyboardEvent, type PointerEvent } from 'react'
import { textOf, widthsOf, type Column, type View } from './model.ts'

const rowHeight = 28
const numbers = 56
const useStyles = makeStyles({
  scroll: { overflow: 'auto', maxHeight: '420px', border: `1px solid ${tokens.colorNeutralStroke2}`, borderRadius: tokens.borderRadiusMedium, position: 'relative', fontSize: '13px', contain: 'strict', outlineOffset: '-2px' },
  head: { position: 'sticky', top: 0, zIndex: 2, backgroundColor: tokens.colorNeutralBackground3, borderBottom: `1px solid ${tokens.colorNeutralStroke1}` },
  body: { position: 'relative' },
  row: { position: 'absolute', left: 0, height: `${rowHeight}px`, ':hover': { backgroundColor: tokens.colorNeutralBackground1Hover } },
  cell: { position: 'absolute', top: 0, height: '100%', padding: '4px 10px', boxSizing: 'border-box', overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'pre', borderBottom: `1px solid ${tokens.colorNeutralStroke3}`, borderRight: `1px solid ${tokens.colorNeutralStroke3}`, lineHeight: '19px' },
  number: { textAlign: 'end', fontVariantNumeric: 'tabular-nums' },
  nothing: { color: tokens.colorNeutralForeground3, fontStyle: 'italic' },
  count: { position: 'sticky', left: 0, zIndex: 1, width: `${numbers}px`, backgroundColor: tokens.colorNeutralBackground2, color: tokens.colorNeutralForeground3, textAlign: 'end', fontVariantNumeric: 'tabular-nums', fontSize: '11px' },
  title: { position: 'absolute', top: 0, height: `${rowHeight}px`, boxSizing: 'border-box', borderRight: `1px solid ${tokens.colorNeutralStroke2}`, display: 'flex', alignItems: 'center' },
  sort: { flex: 1, minWidth: 0, height: '100%', display: 'flex', alignItems: 'center', gap: '4px', padding: '0 10px', border: 'none', background: 'none', font: 'inherit', fontWeight: tokens.fontWeightSemibold, color: tokens.colorNeutralForeground1, cursor: 'pointer', overflow: 'hidden', textAlign: 'start' },
  name: { overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' },
  resize: { position: 'absolute', right: '-4px', top: 0, width: '9px', height: '100%', cursor: 'col-resize', zIndex: 1, touchAction: 'none', ':hover': { backgroundColor: tokens.colorBrandBackground2 }, ':focus-visible': { backgroundColor: tokens.colorBrandBackground } },
  filter: { position: 'absolute', top: `${rowHeight}px`, height: `${rowHeight}px`, boxSizing: 'border-box', border: 'none', borderRight: `1px solid ${tokens.colorNeutralStroke2}`, borderTop: `1px solid ${tokens.colorNeutralStroke3}`, backgroundColor: tokens.colorNeutralBackground1, color: tokens.colorNeutralForeground1, font: 'inherit', fontSize: '12px', padding: '0 10px' },
})

export type GridProps = { label: string; columns: readonly Column[]; data: readonly unknown[][]; rows: Uint32Array; view: View; onView: (view: View) => void; filters: boolean }

/** Rows and columns of which only those in sight exist. */
export function Grid({ label, columns, data, rows, view, onView, filters }: GridProps) {
  const styles = useStyles()
  const scroll = useRef<HTMLDivElement>(null)
  const [widths, setWidths] = useState(() => widthsOf(columns, data))
  const down = useVirtualizer({ count: rows.length, getScrollElement: () => scroll.current, estimateSize: () => rowHeight, overscan: 12 })
  const across = useVirtualizer({ horizontal: true, count: columns.length, getScrollElement: () => scroll.current, estimateSize: (index) => widths[index] ?? 120, overscan: 3, paddingStart: numbers })
  useEffect(() => across.measure(), [across, widths])
  // In braces: newer browsers give a promise, which React would take for what ends the effect.
  useEffect(() => {
    scroll.current?.scrollTo({ top: 0 })
  }, [rows])
  const width = across.getTotalSize()
  const headHeight = rowHeight * (filters ? 2 : 1)
  const shown = across.getVirtualItems()

  const resize = (index: number, to: number) => setWidths((old) => old.map((one, at) => (at === index ? Math.max(48, Math.min(1200, to)) : one)))
  const turn = (column: number) => {
    const now = view.sort
    onView({ ...view, sort: now?.column !== column ? { column, down: false } : now.down ? null : { column, down: true } })
  }
  return (
    <div ref={scroll} className={styles.scroll} style={{ height: Math.min(420, headHeight + Math.max(1, rows.length) * rowHeight + 18) }} role="table" aria-label={label} aria-rowcount={rows.length + 1} aria-colcount={columns.length} tabIndex={0}>
      <div className={styles.head} style={{ width, height: headHeight }} role="rowgroup">
        <div role="row" aria-rowindex={1}>
          {shown.map(({ index, start, size }) => {
            const column = columns[index]
            if (column === undefined) return null
            const sorted = view.sort?.column === index ? (view.sort.down ? 'descending' : 'ascending') : 'none'
            return (
              <div key={index} role="columnheader" aria-colindex={index + 1} aria-sort={sorted} className={styles.title} style={{ left: start, width: size }}>
                <button type="button" className={styles.sort} title={`${column.name}: ${column.type}`} onClick={() => turn(index)}>
                  <span className={styles.name}>{column.name}</span>
                  {sorted === 'ascending' ? <ArrowSortUpRegular /> : sorted === 'descending' ? <ArrowSortDownRegular /> : null}
                </button>
                <Resizer className={styles.resize} name={column.name} size={size} onSize={(to) => resize(index, to)} />
              </div>
            )
          })}
          {filters && shown.map(({ index, start, size }) => (
            <div key={`filter ${index}`} role="cell">
              <input
                className={styles.filter} style={{ left: start, width: size }} aria-label={`Filter of ${columns[index]?.name ?? ''}`} placeholder={columns[index]?.kind === 'number' ? '> 10' : 'part of it'}
                value={view.filters[index] ?? ''} onChange={({ target }) => onView({ ...view, filters: { ...view.filters, [index]: target.value } })}
              />
            </div>
          ))}
        </div>
      </div>
      <div className={styles.body} style={{ height: down.getTotalSize(), width }} role="rowgroup">
        {down.getVirtualItems().map(({ index, start }) => {
          const row = rows[index] ?? 0
          const values = data[row] ?? []
          return (
            <div key={index} role="row" aria-rowindex={index + 2} className={styles.row} style={{ width, transform: `translateY(${start}px)` }}>
              <div role="rowheader" className={mergeClasses(styles.cell, styles.count)}>{row + 1}</div>
              {shown.map((place) => <Value key={place.index} value={values[place.index]} column={columns[place.index]} left={place.start} width={place.size} styles={styles} />)}
            </div>
          )
        })}
      </div>
    </div>
  )
}

function Value({ value, column, left, width, styles }: { value: unknown; column: Column | undefined; left: number; width: number; styles: ReturnType<typeof useStyles> }) {
  const nothing = value === null || value === undefined
  const text = textOf(value)
  const short = text.length > 500 ? `${text.slice(0, 500)}…` : text.replaceAll('\n', '⏎')
  return (
    <div role="cell" aria-colindex={(column?.index ?? 0) + 1} className={mergeClasses(styles.cell, column?.kind === 'number' && styles.number, nothing && styles.nothing)} style={{ left, width }} title={text.length > 20 ? text.slice(0, 2000) : undefined}>
      {short}
    </div>
  )
}

/** The edge of a column: drag it, or move it with the arrow keys. */
function Resizer({ className, name, size, onSize }: { className: string; name: string; size: number; onSize: (size: number) => void }) {
  const from = useRef<{ x: number; size: number } | null>(null)
  const key = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowLeft' ? -16 : event.key === 'ArrowRight' ? 16 : 0
    if (step === 0) return
    event.preventDefault()
    event.stopPropagation()
    onSize(size + step)
  }
  const press = (event: PointerEvent<HTMLDivElement>) => {
    event.preventDefault()
    event.currentTarget.setPointerCapture(event.pointerId)
    from.current = { x: event.clientX, size }
  }
  return (
    <div
      role="separator" aria-orientation="vertical" aria-label={`Width of ${name}`} aria-valuenow={Math.round(size)} aria-valuemin={48} aria-valuemax={1200} tabIndex={0} className={className} onKeyDown={key}
      onPointerDown={press} onPointerMove={(event) => from.current && onSize(from.current.size + event.clientX - from.current.x)} onPointerUp={() => { from.current = null }} onPointerCancel={() => { from.current = null }}
    />
  )
}
