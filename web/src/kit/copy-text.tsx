import { makeStyles, tokens } from '@fluentui/react-components'
import { CheckmarkRegular, CopyRegular } from '@fluentui/react-icons'
import { useState } from 'react'
import { IconButton } from './button.tsx'

const useStyles = makeStyles({
  all: { display: 'inline-flex', alignItems: 'center', gap: '2px', minWidth: 0, maxWidth: '100%' },
  text: { fontFamily: tokens.fontFamilyMonospace, fontSize: '0.93em', overflowWrap: 'anywhere' },
})

/** A text to take along: an id, an address, a token. */
export function CopyText({ text, shown = text, label = 'Copy' }: { text: string; shown?: string; label?: string }) {
  const styles = useStyles()
  const [copied, setCopied] = useState(false)
  const copy = async () => {
    await navigator.clipboard.writeText(text)
    setCopied(true)
    setTimeout(() => setCopied(false), 1500)
  }
  return (
    <span className={styles.all}>
      <code className={styles.text}>{shown}</code>
      <IconButton size="small" label={copied ? 'Copied' : label} icon={copied ? <CheckmarkRegular /> : <CopyRegular />} onClick={() => void copy()} />
    </span>
  )
}
