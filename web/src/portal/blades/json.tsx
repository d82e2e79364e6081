import { makeStyles, tokens } from '@fluentui/react-components'
import { Copied } from '../parts/facts.tsx'

const useStyles = makeStyles({ text: { fontFamily: tokens.fontFamilyMonospace, fontSize: tokens.fontSizeBase200, backgroundColor: tokens.colorNeutralBackground3, borderRadius: tokens.borderRadiusMedium, padding: tokens.spacingHorizontalM, margin: 0, overflow: 'auto', maxHeight: '70vh', whiteSpace: 'pre' } })

/** What the resource manager answers, as it answers it. */
export function Json({ value }: { value: unknown }) {
  const s = useStyles()
  const text = JSON.stringify(value, null, 2)
  return <><div><Copied text={text} what="the JSON">The resource as the API answers it</Copied></div><pre className={s.text} tabIndex={0} aria-label="JSON">{text}</pre></>
}
