import { BarChart, LineChart, PieChart, ScatterChart } from 'echarts/charts'
import { DataZoomComponent, GridComponent, LegendComponent, TooltipComponent, AriaComponent } from 'echarts/components'
import { init, use } from 'echarts/core'
import { CanvasRenderer } from 'echarts/renderers'
import type { Chart, ChartChoice } from './model.ts'

use([BarChart, LineChart, PieChart, ScatterChart, GridComponent, TooltipComponent, LegendComponent, DataZoomComponent, AriaComponent, CanvasRenderer])

// Distinct for the colour-blind as well (after Okabe and Ito), first our own red.
const light = ['#b83c28', '#0072b2', '#009e73', '#e69f00', '#7b4fa3', '#56b4e9', '#8a5a00', '#d6689c']
const dark = ['#ee9483', '#5cb3ea', '#4cc9a0', '#f2c14e', '#b79ad8', '#8fd0f7', '#d2a45a', '#efa1c4']

export type Drawing = { draw(chart: Chart, choice: ChartChoice, isDark: boolean): void; resize(): void; picture(): string; dispose(): void }

/** A chart in an element. Loaded only when a chart is shown. */
export function drawingIn(element: HTMLElement): Drawing {
  const chart = init(element, null, { renderer: 'canvas' })
  return {
    resize: () => chart.resize(),
    picture: () => chart.getDataURL({ type: 'png', pixelRatio: 2, backgroundColor: getComputedStyle(element).backgroundColor }),
    dispose: () => chart.dispose(),
    draw(data, choice, isDark) {
      const [ink, soft, line] = isDark ? ['#f0f0f0', '#b8b8b8', '#4a4a4a'] : ['#242424', '#5c5c5c', '#dcdcdc']
      const many = data.series.length > 1
      const axis = { axisLabel: { color: soft }, axisLine: { lineStyle: { color: line } }, splitLine: { lineStyle: { color: line } }, nameTextStyle: { color: soft } }
      const base = {
        animationDuration: 250, color: isDark ? dark : light, textStyle: { color: ink, fontFamily: 'inherit' }, aria: { enabled: true },
        tooltip: { trigger: choice.type === 'pie' || choice.type === 'scatter' ? 'item' : 'axis', confine: true, appendTo: element, backgroundColor: isDark ? '#2a2a2a' : '#ffffff', borderColor: line, textStyle: { color: ink }, renderMode: 'richText' },
        ...(many || choice.type === 'pie' ? { legend: { type: 'scroll', top: 0, textStyle: { color: ink }, pageTextStyle: { color: soft } } } : {}),
      }
      if (choice.type === 'pie') {
        const slices = data.series.flatMap(({ points }) => points).map(([name, value]) => ({ name: String(name), value: value ?? 0 }))
        chart.setOption({ ...base, series: [{ type: 'pie', radius: ['35%', '68%'], center: ['50%', '56%'], data: slices, label: { color: ink } }] }, true)
        return
      }
      const type = choice.type === 'histogram' ? 'bar' : choice.type === 'area' ? 'line' : choice.type
      const zoomed = (data.categories?.length ?? 0) > 60
      chart.setOption({
        ...base,
        grid: { left: 12, right: 20, top: many ? 36 : 16, bottom: zoomed ? 48 : 12, containLabel: true },
        ...(zoomed ? { dataZoom: [{ type: 'slider', height: 20, bottom: 12, textStyle: { color: soft }, brushSelect: false }, { type: 'inside', zoomOnMouseWheel: 'ctrl' }] } : {}),
        xAxis: { ...axis, ...(data.categories === null ? { type: 'value', scale: true } : { type: 'category', data: data.categories }), splitLine: { show: data.categories === null, lineStyle: { color: line } } },
        yAxis: { ...axis, type: 'value', scale: choice.type === 'scatter' || choice.type === 'line' },
        series: data.series.map(({ name, points }) => ({
          type, name, data: points, ...(type === 'line' ? { showSymbol: points.length < 80, ...(choice.type === 'area' ? { areaStyle: { opacity: 0.25 } } : {}) } : {}),
          ...(choice.type === 'histogram' ? { barCategoryGap: '4%' } : {}), ...(type === 'scatter' ? { symbolSize: points.length > 2000 ? 4 : 8, large: points.length > 5000 } : {}),
        })),
      }, true)
    },
  }
}
