import { makeStyles, mergeClasses, Input, tokens } from '@fluentui/react-components'
import { ArrowDownRegular, ArrowUpRegular, SearchRegular } from '@fluentui/react-icons'
import { useState, type ReactNode } from 'react'
import { Button } from './button.tsx'
import { Empty, Loading } from './states.tsx'

export type Column<T> = {
  title: string
  cell: (row: T) => ReactNode
  /** Makes the column sortable. */
  sort?: (row: T) => string | number
  width?: string
  align?: 'end'
  /** Left out on narrow windows. */
  wide?: boolean
}
export type TableProps<T> = {
  /** What the table lists, for those who cannot see it. */
  label: string
  /** Undefined while loading. */
  rows: readonly T[] | undefined
  rowKey: (row: T) => string | number
  columns: readonly Column<T>[]
  /** A sentence, or an `<Empty>`. */
  empty: ReactNode
  /** The text of a row that the filter box searches; without it there is no box. */
  filter?: (row: T) => string
  filterLabel?: string
  /** Beside the filter box. */
  toolbar?: ReactNode
  defaultSort?: { column: string; down?: boolean }
  /** Rows at first; more on demand. */
  limit?: number
}

const useStyles = makeStyles({
  all: { display: 'flex', flexDirection: 'column', gap: '12px', minWidth: 0 },
  bar: { display: 'flex', flexWrap: 'wrap', gap: '8px', alignItems: 'center' },
  filter: { flex: '0 1 280px', minWidth: '160px' },
  scroll: { overflowX: 'auto', minWidth: 0 },
  table: { width: '100%', borderCollapse: 'collapse', fontSize: tokens.fontSizeBase300 },
  head: { textAlign: 'start', fontWeight: tokens.fontWeightSemibold, color: tokens.colorNeutralForeground2, padding: '6px 12px', fontSize: tokens.fontSizeBase200, whiteSpace: 'nowrap', borderBottom: `1px solid ${tokens.colorNeutralStroke2}` },
  sort: { display: 'inline-flex', alignItems: 'center', gap: '4px', background: 'none', border: 'none', padding: '2px 0', font: 'inherit', color: 'inherit', cursor: 'pointer', ':hover': { color: tokens.colorNeutralForeground1 } },
  cell: { padding: '9px 12px', borderBottom: `1px solid ${tokens.colorNeutralStroke3}`, verticalAlign: 'middle', overflowWrap: 'anywhere' },
  row: { ':hover': { backgroundColor: tokens.colorNeutralBackground1Hover } },
  end: { textAlign: 'end', whiteSpace: 'nowrap' },
  wide: { '@media (max-width: 720px)': { display: 'none' } },
  none: { padding: '24px', textAlign: 'center', color: tokens.colorNeutralForeground3 },
})
const order = new Intl.Collator('en', { numeric: true, sensitivity: 'base' })

/** A list of things with columns: sorted by a press on a title, filtered by a word. */
export function Table<T>({ label, rows, rowKey, columns, empty, filter, filterLabel = 'Filter', toolbar, defaultSort, limit = 200 }: TableProps<T>) {
  const styles = useStyles()
  const [sorted, setSorted] = useState(defaultSort)
  const [word, setWord] = useState('')
  const [most, setMost] = useState(limit)
  const wanted = word.trim().toLowerCase()
  const by = columns.find((column) => column.title === sorted?.column)?.sort
  const kept = (rows ?? []).filter((row) => wanted === '' || filter === undefined || filter(row).toLowerCase().includes(wanted))
  const found = by ? kept.toSorted((a, b) => compare(by(a), by(b)) * (sorted?.down ? -1 : 1)) : kept
  const turn = (title: string) => setSorted((old) => (old?.column === title ? { column: title, down: !old.down } : { column: title }))
  const of = (column: Column<T>) => mergeClasses(column.align === 'end' && styles.end, column.wide && styles.wide)

  return (
    <div className={styles.all}>
      {(filter !== undefined || toolbar !== undefined) && (
        <div className={styles.bar}>
          {filter !== undefined && <Input className={styles.filter} type="search" value={word} onChange={(_event, data) => setWord(data.value)} contentBefore={<SearchRegular />} placeholder={filterLabel} aria-label={filterLabel} />}
          {toolbar}
        </div>
      )}
      {rows === undefined ? <Loading label={`Loading ${label.toLowerCase()}`} /> : rows.length === 0 ? (typeof empty === 'string' ? <Empty title={empty} /> : empty) : (
        <div className={styles.scroll}>
          <table className={styles.table} aria-label={label}>
            <thead>
              <tr>
                {columns.map((column) => {
                  const on = sorted?.column === column.title
                  return (
                    <th key={column.title} scope="col" className={mergeClasses(styles.head, of(column))} style={{ width: column.width }} {...(column.sort ? { 'aria-sort': on ? (sorted.down ? 'descending' : 'ascending') : 'none' } : {})}>
                      {column.sort ? <button type="button" className={styles.sort} onClick={() => turn(column.title)}>{column.title}{on && (sorted.down ? <ArrowDownRegular /> : <ArrowUpRegular />)}</button> : column.title}
                    </th>
                  )
                })}
              </tr>
            </thead>
            <tbody>
              {found.slice(0, most).map((row) => (
                <tr key={rowKey(row)} className={styles.row}>
                  {columns.map((column) => <td key={column.title} className={mergeClasses(styles.cell, of(column))}>{column.cell(row)}</td>)}
                </tr>
              ))}
            </tbody>
          </table>
          {found.length === 0 && <p className={styles.none}>Nothing matches “{word.trim()}”.</p>}
        </div>
      )}
      {found.length > most && <div><Button onClick={() => setMost(most + limit)}>Show more ({found.length - most} left)</Button></div>}
    </div>
  )
}

const compare = (a: string | number, b: string | number) => (typeof a === 'number' && typeof b === 'number' ? a - b : order.compare(String(a), String(b)))
