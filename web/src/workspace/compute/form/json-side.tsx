import { Field, makeStyles, Textarea, tokens } from '@fluentui/react-components'
import { useState } from 'react'
import { CopyText } from '#web/kit/copy-text.tsx'
import { Section } from '#web/kit/page.tsx'
import type { Spec } from '../clusters.ts'
import { cleaned, readSpec } from './spec.ts'

const useStyles = makeStyles({
  sticky: { position: 'sticky', top: '20px', minWidth: 0 },
  area: { fontFamily: tokens.fontFamilyMonospace, fontSize: '13px', maxHeight: 'none', height: '420px', whiteSpace: 'pre', overflowX: 'auto' },
})

/** The same description as the API takes it. Both sides can be typed in. */
export function JsonSide({ spec, onSpec, onWrong }: { spec: Spec; onSpec: (spec: Spec) => void; onWrong: (wrong: string | undefined) => void }) {
  const styles = useStyles()
  const own = JSON.stringify(cleaned(spec), null, 2)
  const [typed, setTyped] = useState<string>()
  const [wrong, setWrong] = useState<string>()
  const type = (text: string) => {
    const read = readSpec(text)
    setTyped(text)
    const problem = 'wrong' in read ? read.wrong : undefined
    setWrong(problem)
    onWrong(problem)
    if ('spec' in read) onSpec(read.spec)
  }
  const settle = () => {
    // What is well-formed is shown in our order once one leaves it; what is not stays as typed.
    if (wrong === undefined) setTyped(undefined)
  }
  return (
    <div className={styles.sticky}>
      <Section title="JSON" text="Change either side." actions={<CopyText text={own} shown="" label="Copy the JSON" />}>
        <Field {...(wrong === undefined ? {} : { validationMessage: wrong })}>
          <Textarea aria-label="JSON of the cluster" textarea={{ className: styles.area, spellCheck: false }} value={typed ?? own} onChange={(_event, data) => type(data.value)} onBlur={settle} resize="vertical" />
        </Field>
      </Section>
    </div>
  )
}
