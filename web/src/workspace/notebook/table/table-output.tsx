import { Input, makeStyles, Tab, TabList, tokens } from '@fluentui/react-components'
import { ArrowDownloadRegular, CopyRegular, DataBarVerticalRegular, FilterRegular, SearchRegular, TableRegular } from '@fluentui/react-icons'
import { lazy, Suspense, useDeferredValue, useMemo, useState } from 'react'
import { IconButton } from '#web/kit/button.tsx'
import { useNotify } from '#web/kit/notices.tsx'
import { Empty, Loading } from '#web/kit/states.tsx'
import { useCellView } from './cell-view.ts'
import { Grid } from './grid.tsx'
import { asTable, columnsOf, csvOf, everything, rowsOf, tsvOf, type Column, type View } from './model.ts'
import type { Table } from '#web/api/generated/notebook-wire.ts'

const Chart = lazy(async () => ({ default: (await import('../chart/chart-output.tsx')).ChartOutput }))
const useStyles = makeStyles({
  all: { display: 'flex', flexDirection: 'column', gap: '6px', minWidth: 0 },
  bar: { display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: '4px 8px' },
  search: { width: '180px', marginLeft: 'auto', '@media (max-width: 640px)': { width: '120px' } },
  count: { color: tokens.colorNeutralForeground3, fontSize: tokens.fontSizeBase200 },
})
const mostCopied = 10_000
const count = (n: number) => `${n.toLocaleString('en')} ${n === 1 ? 'row' : 'rows'}`

/** A table that a cell shows: as a grid or as a chart. */
export function TableOutput({ value, ...place }: { value: unknown; cellId: string; label: string; index: number }) {
  const table = useMemo(() => asTable(value), [value])
  if (table === null) return <Empty title="This table could not be read." />
  return <Shown table={table} {...place} />
}

function Shown({ table, cellId, label, index }: { table: Table; cellId: string; label: string; index: number }) {
  const styles = useStyles()
  const notify = useNotify()
  const columns = useMemo(() => columnsOf(table), [table])
  const [view, setView] = useState<View>(everything)
  const [filters, setFilters] = useState(false)
  const [kept, keep] = useCellView(cellId, index)
  const wanted = useDeferredValue(view)
  const rows = useMemo(() => rowsOf(table, columns, wanted), [table, columns, wanted])
  const name = `Table of ${label}`

  const copy = async () => {
    const some = rows.subarray(0, mostCopied)
    await navigator.clipboard.writeText(tsvOf(columns, table.data, some))
    notify.done(`Copied ${count(some.length)}`, some.length < rows.length ? 'The rest is in the CSV file.' : undefined)
  }
  if (columns.length === 0) return <Empty title="The result has no columns." />
  return (
    <div className={styles.all}>
      <div className={styles.bar}>
        <TabList size="small" selectedValue={kept.mode} onTabSelect={(_event, { value }) => keep({ ...kept, mode: value === 'chart' ? 'chart' : 'table' })} aria-label={`How ${name.toLowerCase()} is shown`}>
          <Tab value="table" icon={<TableRegular />}>Table</Tab>
          <Tab value="chart" icon={<DataBarVerticalRegular />}>Chart</Tab>
        </TabList>
        <span className={styles.count} role="status">{rows.length === table.data.length ? count(rows.length) : `${rows.length.toLocaleString('en')} of ${count(table.data.length)}`}{table.truncated && ' (the result has more)'}</span>
        <Input className={styles.search} size="small" type="search" aria-label={`Search in ${name.toLowerCase()}`} placeholder="Search" contentBefore={<SearchRegular />} value={view.search} onChange={(_event, { value }) => setView({ ...view, search: value })} />
        {kept.mode === 'table' && <IconButton size="small" label={filters ? 'Hide column filters' : 'Filter columns'} aria-pressed={filters} icon={<FilterRegular />} onClick={() => { setFilters(!filters); if (filters) setView({ ...view, filters: {} }) }} />}
        <IconButton size="small" label="Copy the rows" icon={<CopyRegular />} onClick={() => void copy().catch((error: unknown) => notify.failed('The rows were not copied', error))} />
        <IconButton size="small" label="Download as CSV" icon={<ArrowDownloadRegular />} onClick={() => download(columns, table, rows, `${label.toLowerCase().replace(/\W+/g, '-')}.csv`)} />
      </div>
      {kept.mode === 'table'
        ? <Grid label={name} columns={columns} data={table.data} rows={rows} view={view} onView={setView} filters={filters} />
        : <Suspense fallback={<Loading lines={6} />}><Chart label={label} table={table} columns={columns} rows={rows} kept={kept.chart} keep={(chart) => keep({ ...kept, chart })} /></Suspense>}
      {rows.length === 0 && table.data.length > 0 && <span className={styles.count}>No row matches. Clear the search or the filters.</span>}
    </div>
  )
}

function download(columns: readonly Column[], table: Table, rows: Uint32Array, name: string): void {
  // The mark lets spreadsheets read it as UTF-8.
  const url = URL.createObjectURL(new Blob(['\ufeff', csvOf(columns, table.data, rows)], { type: 'text/csv;charset=utf-8' }))
  const link = Object.assign(document.createElement('a'), { href: url, download: name })
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}
