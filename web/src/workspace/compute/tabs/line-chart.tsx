import { makeStyles, tokens } from '@fluentui/react-components'
import { LineChart as Lines } from 'echarts/charts'
import { AriaComponent, GridComponent, LegendComponent, TooltipComponent } from 'echarts/components'
import { init, use, type ECharts } from 'echarts/core'
import { SVGRenderer } from 'echarts/renderers'
import { useEffect, useRef } from 'react'
import { useTheme } from '#web/kit/theme.ts'

use([Lines, GridComponent, TooltipComponent, LegendComponent, AriaComponent, SVGRenderer])
export type Line = { name: string; points: readonly { at: number; average: number | null }[] }
const useStyles = makeStyles({
  all: { minWidth: 0, margin: 0 },
  title: { fontWeight: tokens.fontWeightSemibold },
  chart: { height: '260px', width: '100%' },
})

/** Lines over time. */
export function LineChart({ title, unit, most, lines }: { title: string; unit: string; most?: number; lines: readonly Line[] }) {
  const styles = useStyles()
  const { dark } = useTheme()
  const place = useRef<HTMLDivElement>(null)
  const chart = useRef<ECharts>(undefined)
  useEffect(() => {
    if (!place.current) return
    const made = init(place.current, dark ? 'dark' : undefined, { renderer: 'svg' })
    chart.current = made
    const sized = new ResizeObserver(() => made.resize())
    sized.observe(place.current)
    return () => {
      sized.disconnect()
      made.dispose()
    }
  }, [dark])
  useEffect(() => {
    chart.current?.setOption({
      backgroundColor: 'transparent', animation: false, aria: { enabled: true, label: { description: title } },
      grid: { left: 44, right: 12, top: 12, bottom: 56 }, legend: { bottom: 0, type: 'scroll' }, tooltip: { trigger: 'axis', valueFormatter: (value: unknown) => (typeof value === 'number' ? `${value.toFixed(1)} ${unit}` : '–') },
      xAxis: { type: 'time', splitNumber: 4, axisLabel: { hideOverlap: true } }, yAxis: { type: 'value', min: 0, ...(most === undefined ? {} : { max: most }) },
      series: lines.map((line) => ({ type: 'line', name: line.name, showSymbol: false, connectNulls: false, lineStyle: { width: 2 }, data: line.points.map((point) => [point.at, point.average]) })),
    }, { notMerge: true })
  }, [dark, lines, most, title, unit])
  return (
    <figure className={styles.all}>
      <figcaption className={styles.title}>{title}</figcaption>
      <div className={styles.chart} ref={place} />
    </figure>
  )
}
