import { Button, makeStyles, tokens, Tooltip } from '@fluentui/react-components'
import { Checkmark16Regular, Copy16Regular } from '@fluentui/react-icons'
import { useState, type ReactNode } from 'react'

const useStyles = makeStyles({
  list: { display: 'grid', gridTemplateColumns: 'repeat(2, minmax(0, 1fr))', columnGap: tokens.spacingHorizontalXXXL, rowGap: tokens.spacingVerticalXS, margin: 0, '@media (max-width: 860px)': { gridTemplateColumns: 'minmax(0, 1fr)' } },
  pair: { display: 'grid', gridTemplateColumns: 'minmax(120px, 180px) minmax(0, 1fr)', gap: tokens.spacingHorizontalM, alignItems: 'baseline', minHeight: '28px', '@media (max-width: 480px)': { gridTemplateColumns: '112px minmax(0, 1fr)' } },
  name: { color: tokens.colorNeutralForeground2, overflowWrap: 'anywhere' },
  value: { margin: 0, overflowWrap: 'anywhere' },
  copy: { display: 'inline-flex', alignItems: 'center', gap: tokens.spacingHorizontalXS, minWidth: 0, overflowWrap: 'anywhere' },
})

/** Azure's "Essentials": names and values, two columns where there is room. */
export function Facts({ facts }: { facts: readonly (readonly [name: string, value: ReactNode])[] }) {
  const s = useStyles()
  return <dl className={s.list}>{facts.map(([name, value]) => <div key={name} className={s.pair}><dt className={s.name}>{name}</dt><dd className={s.value}>{value}</dd></div>)}</dl>
}

/** A value that people carry elsewhere. */
export function Copied({ text, children, what }: { text: string; children?: ReactNode; what: string }) {
  const s = useStyles()
  const [done, setDone] = useState(false)
  const copy = () => void navigator.clipboard.writeText(text).then(() => { setDone(true); setTimeout(() => setDone(false), 1500) })
  return (
    <span className={s.copy}>{children ?? text}
      <Tooltip content={done ? 'Copied' : `Copy ${what}`} relationship="label"><Button appearance="subtle" size="small" icon={done ? <Checkmark16Regular /> : <Copy16Regular />} onClick={copy} /></Tooltip>
    </span>
  )
}
