import { Field, makeStyles, Select, tokens } from '@fluentui/react-components'
import { useEffect, useMemo, useRef, useState } from 'react'
import type { Table } from '#web/api/generated/notebook-wire.ts'
import { useTheme } from '#web/kit/theme.ts'
import { ErrorState } from '#web/kit/states.tsx'
import type { Column } from '../table/model.ts'
import type { Drawing } from './draw.ts'
import { aggregations, asChoice, chartOf, chartTypes, type ChartChoice } from './model.ts'

const useStyles = makeStyles({
  all: { display: 'flex', flexDirection: 'column', gap: '8px', minWidth: 0 },
  form: { display: 'grid', gridTemplateColumns: 'repeat(auto-fill, minmax(130px, 1fr))', gap: '8px', alignItems: 'end' },
  canvas: { height: '340px', minWidth: 0, backgroundColor: tokens.colorNeutralBackground1, borderRadius: tokens.borderRadiusMedium },
  note: { color: tokens.colorNeutralForeground3, fontSize: tokens.fontSizeBase200 },
})
const titles: Record<string, string> = { bar: 'Bar', line: 'Line', area: 'Area', scatter: 'Scatter', pie: 'Pie', histogram: 'Histogram', sum: 'Sum', avg: 'Average', count: 'Count', min: 'Minimum', max: 'Maximum', none: 'As they are' }

type Props = { label: string; table: Table; columns: readonly Column[]; rows: Uint32Array; kept: unknown; keep: (choice: ChartChoice) => void }

/** A chart of the rows that the table shows, by the columns one picks. */
export function ChartOutput({ label, table, columns, rows, kept, keep }: Props) {
  const styles = useStyles()
  const host = useRef<HTMLDivElement>(null)
  const [drawing, setDrawing] = useState<Drawing | null>(null)
  const [broken, setBroken] = useState<unknown>()
  const { dark } = useTheme()
  const choice = useMemo(() => asChoice(kept, columns), [kept, columns])
  const chart = useMemo(() => chartOf(table, columns, rows, choice), [table, columns, rows, choice])

  useEffect(() => {
    let [gone, made]: [boolean, Drawing | null] = [false, null]
    const sizes = new ResizeObserver(() => made?.resize())
    import('./draw.ts').then(({ drawingIn }) => {
      if (gone || host.current === null) return
      made = drawingIn(host.current)
      sizes.observe(host.current)
      setDrawing(made)
    }).catch(setBroken)
    return () => {
      gone = true
      sizes.disconnect()
      made?.dispose()
    }
  }, [])
  useEffect(() => drawing?.draw(chart, choice, dark), [drawing, chart, choice, dark])

  const set = (more: Partial<ChartChoice>) => keep({ ...choice, ...more })
  const names = columns.map(({ name }) => name)
  const histogram = choice.type === 'histogram'
  return (
    <div className={styles.all}>
      <div className={styles.form} role="group" aria-label={`Chart of ${label}`}>
        <Pick label="Chart" value={choice.type} of={chartTypes} onPick={(value) => set({ type: chartTypes.find((type) => type === value) ?? 'bar' })} />
        {!histogram && <Pick label="X axis" value={choice.x} of={names} onPick={(x) => set({ x })} />}
        <Pick label={histogram ? 'Values' : 'Y axis'} value={choice.y} of={histogram ? names : ['', ...names]} none="(rows)" onPick={(y) => set({ y })} />
        {!histogram && choice.type !== 'pie' && <Pick label="Group by" value={choice.group} of={['', ...names]} none="(nothing)" onPick={(group) => set({ group })} />}
        {!histogram && choice.type !== 'scatter' && <Pick label="Aggregation" value={choice.aggregation} of={aggregations} onPick={(value) => set({ aggregation: aggregations.find((one) => one === value) ?? 'sum' })} />}
      </div>
      {broken !== undefined && <ErrorState error={broken} title="The chart could not be loaded" />}
      {/* ECharts names its own element by all its data; who listens is told what the chart is of. */}
      <div role="img" aria-label={`${titles[choice.type]} chart of ${label}: ${choice.y || 'rows'} by ${choice.x}${choice.group === '' ? '' : ` and ${choice.group}`}, ${chart.series.length} series`}><div ref={host} className={styles.canvas} /></div>
      {chart.note !== undefined && <span className={styles.note}>{chart.note}</span>}
    </div>
  )
}

function Pick({ label, value, of, none = '', onPick }: { label: string; value: string; of: readonly string[]; none?: string; onPick: (value: string) => void }) {
  return (
    <Field label={label} size="small">
      <Select size="small" value={value} onChange={(_event, data) => onPick(data.value)}>
        {of.map((each) => <option key={each} value={each}>{each === '' ? none : (titles[each] ?? each)}</option>)}
      </Select>
    </Field>
  )
}
