import { Button, makeStyles, mergeClasses, tokens } from '@fluentui/react-components'
import { useState, type ReactNode } from 'react'

export type Column<Row> = {
  title: string
  cell: (row: Row) => ReactNode
  /** What to sort by; a column without it does not sort. */
  by?: (row: Row) => string | number
  /** Narrow screens leave it out. */
  wide?: boolean
  align?: 'end'
}
type Sorting = { at: number; down: boolean }

const useStyles = makeStyles({
  scroll: { overflowX: 'auto', width: '100%' },
  table: { borderCollapse: 'collapse', width: '100%', fontSize: tokens.fontSizeBase300 },
  head: { textAlign: 'start', fontSize: tokens.fontSizeBase200, fontWeight: tokens.fontWeightSemibold, borderBottom: `1px solid ${tokens.colorNeutralStroke1}`, padding: `${tokens.spacingVerticalXS} ${tokens.spacingHorizontalS}`, whiteSpace: 'nowrap', color: tokens.colorNeutralForeground2 },
  cell: { borderBottom: `1px solid ${tokens.colorNeutralStroke2}`, padding: `${tokens.spacingVerticalS} ${tokens.spacingHorizontalS}`, verticalAlign: 'middle', overflowWrap: 'anywhere' },
  row: { ':hover': { backgroundColor: tokens.colorNeutralBackground1Hover } },
  wide: { '@media (max-width: 720px)': { display: 'none' } },
  end: { textAlign: 'end' },
  sorter: { padding: 0, minWidth: 0, fontWeight: tokens.fontWeightSemibold, color: 'inherit' },
})

/** A table of things of one kind. Sorting is by the column's own value; empty is for the caller to say. */
export function Records<Row>({ rows, columns, keyOf, label, first }: { rows: readonly Row[]; columns: readonly Column<Row>[]; keyOf: (row: Row) => string; label: string; first?: number }) {
  const s = useStyles()
  const [sorting, setSorting] = useState<Sorting | null>(first === undefined ? null : { at: first, down: false })
  const by = sorting === null ? undefined : columns[sorting.at]?.by
  const shown = by ? rows.toSorted((a, b) => compare(by(a), by(b)) * (sorting?.down ? -1 : 1)) : rows
  return (
    <div className={s.scroll} tabIndex={0} role="region" aria-label={label}>
      <table className={s.table} aria-label={label}>
        <thead>
          <tr>
            {columns.map((column, index) => (
              <th key={column.title} scope="col" className={mergeClasses(s.head, column.wide && s.wide, column.align && s.end)} aria-sort={sorting?.at === index ? (sorting.down ? 'descending' : 'ascending') : undefined}>
                {column.by ? (
                  <Button appearance="transparent" size="small" className={s.sorter} onClick={() => setSorting({ at: index, down: sorting?.at === index && !sorting.down })}>
                    {column.title}{sorting?.at === index ? (sorting.down ? ' ↓' : ' ↑') : ''}
                  </Button>
                ) : column.title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {shown.map((row) => (
            <tr key={keyOf(row)} className={s.row}>
              {columns.map((column) => <td key={column.title} className={mergeClasses(s.cell, column.wide && s.wide, column.align && s.end)}>{column.cell(row)}</td>)}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
const compare = (a: string | number, b: string | number): number => (typeof a === 'number' && typeof b === 'number' ? a - b : String(a).localeCompare(String(b), 'en', { numeric: true }))
