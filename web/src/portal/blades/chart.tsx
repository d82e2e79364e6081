import { makeStyles, Text, tokens } from '@fluentui/react-components'

const useStyles = makeStyles({ box: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalXS, minWidth: 0, flex: '1 1 260px' }, line: { stroke: tokens.colorBrandStroke1, fill: 'none', strokeWidth: 2, vectorEffect: 'non-scaling-stroke' }, area: { fill: tokens.colorBrandBackground2 }, frame: { stroke: tokens.colorNeutralStroke2, fill: 'none', vectorEffect: 'non-scaling-stroke' } })

/** A small line chart of the last minutes. Its latest value is said beside it. */
export function Chart({ title, values, most, shown }: { title: string; values: readonly number[]; most: number; shown: string }) {
  const s = useStyles()
  const top = Math.max(most, ...values, 0.001)
  const points = values.map((value, index) => `${values.length < 2 ? 300 : (index / (values.length - 1)) * 300},${(80 - (value / top) * 76).toFixed(1)}`)
  return (
    <div className={s.box}>
      <Text weight="semibold">{title}</Text>
      <svg viewBox="0 0 300 80" preserveAspectRatio="none" width="100%" height="96" role="img" aria-label={`${title}: ${shown}`}>
        <rect x="0" y="0" width="300" height="80" className={s.frame} />
        {points.length > 1 && <><polygon className={s.area} points={`0,80 ${points.join(' ')} 300,80`} /><polyline className={s.line} points={points.join(' ')} /></>}
      </svg>
      <Text size={200}>{shown}</Text>
    </div>
  )
}
