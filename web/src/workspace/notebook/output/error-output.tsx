import { makeStyles, tokens } from '@fluentui/react-components'
import { ChevronDownRegular, ChevronRightRegular } from '@fluentui/react-icons'
import { useState } from 'react'
import { Button } from '#web/kit/button.tsx'
import { plainText, screenOf } from './screen.ts'
import { Lines } from './text-output.tsx'

const useStyles = makeStyles({
  error: { borderLeft: `3px solid ${tokens.colorPaletteRedBorderActive}`, backgroundColor: tokens.colorPaletteRedBackground1, borderRadius: tokens.borderRadiusMedium, padding: '8px 12px', display: 'flex', flexDirection: 'column', gap: '6px', alignItems: 'flex-start', minWidth: 0 },
  head: { fontFamily: tokens.fontFamilyMonospace, fontSize: '13px', lineHeight: '20px', whiteSpace: 'pre-wrap', overflowWrap: 'anywhere', margin: 0 },
  name: { fontWeight: tokens.fontWeightSemibold, color: tokens.colorPaletteRedForeground1 },
  trace: { overflow: 'auto', maxHeight: '480px', width: '100%' },
})

/** An error: its name and what it says, the traceback folds. */
export function ErrorOutput({ name, value, traceback }: { name: string; value: string; traceback: readonly string[] }) {
  const styles = useStyles()
  const [open, setOpen] = useState(false)
  const [whole, setWhole] = useState(false)
  const text = plainText(screenOf(value))
  const lines = screenOf(traceback.join('\n'))
  const long = text.length > 2000 && !whole
  return (
    <div className={styles.error}>
      <p className={styles.head}><span className={styles.name}>{name}</span>{text !== '' && `: ${long ? `${text.slice(0, 2000)} …` : text}`}</p>
      {long && <Button size="small" onClick={() => setWhole(true)}>Show the whole message</Button>}
      {plainText(lines).trim() !== '' && plainText(lines).trim() !== text.trim() && (
        <>
          <Button size="small" appearance="subtle" icon={open ? <ChevronDownRegular /> : <ChevronRightRegular />} aria-expanded={open} onClick={() => setOpen(!open)}>Traceback</Button>
          {open && <div className={styles.trace} tabIndex={0} role="group" aria-label="Traceback"><Lines lines={lines} /></div>}
        </>
      )}
    </div>
  )
}
