import { Combobox, Dropdown, Field, Input, makeStyles, Option, tokens } from '@fluentui/react-components'
import { useEffect, useState } from 'react'
import type { Widget } from '#web/api/generated/notebook-wire.ts'
import { useNotify } from '#web/kit/notices.tsx'
import { useLive, useNotebook, useWhyNot } from '../notebook-context.ts'

const useStyles = makeStyles({
  bar: { display: 'flex', flexWrap: 'wrap', gap: '8px 16px', padding: '8px 12px 12px', backgroundColor: tokens.colorNeutralBackground1, border: `1px solid ${tokens.colorNeutralStroke2}`, borderRadius: tokens.borderRadiusLarge },
  widget: { width: '200px', maxWidth: '100%' },
  input: { minWidth: 0, width: '100%' },
})

/** The values that cells read with `dbutils.widgets.get`. */
export function WidgetsBar() {
  const styles = useStyles()
  const { live } = useNotebook()
  const notify = useNotify()
  const widgets = useLive('widgets', (live) => live.state.widgets)
  const noRun = useWhyNot('run')
  if (widgets.length === 0) return null
  const set = (widget: Widget, value: string) => {
    if (value !== widget.value) void live.request({ type: 'setWidget', name: widget.name, value }).catch((error: unknown) => notify.failed(`${widget.label} was not changed`, error))
  }
  return (
    <div className={styles.bar} role="group" aria-label="Widgets">
      {widgets.map((widget) => (
        <Field key={widget.name} className={styles.widget} label={widget.label || widget.name} size="small">
          <Control widget={widget} disabled={noRun !== undefined} onSet={(value) => set(widget, value)} className={styles.input} />
        </Field>
      ))}
    </div>
  )
}

function Control({ widget, disabled, onSet, className }: { widget: Widget; disabled: boolean; onSet: (value: string) => void; className: string }) {
  const [text, setText] = useState(widget.value)
  useEffect(() => setText(widget.value), [widget.value])
  const common = { className, disabled, size: 'small' as const }
  switch (widget.kind) {
    case 'text':
      return <Input {...common} value={text} onChange={(_event, { value }) => setText(value)} onBlur={() => onSet(text)} onKeyDown={({ key }) => key === 'Enter' && onSet(text)} />
    case 'dropdown':
      return (
        <Dropdown {...common} value={widget.value} selectedOptions={[widget.value]} onOptionSelect={(_event, { optionValue }) => optionValue !== undefined && onSet(optionValue)}>
          {widget.choices.map((choice) => <Option key={choice} value={choice}>{choice}</Option>)}
        </Dropdown>
      )
    case 'combobox':
      return (
        <Combobox {...common} freeform value={text} selectedOptions={[widget.value]} onChange={({ target }) => setText(target.value)} onOptionSelect={(_event, { optionValue }) => { if (optionValue !== undefined) { setText(optionValue); onSet(optionValue) } }} onBlur={() => onSet(text)}>
          {widget.choices.map((choice) => <Option key={choice} value={choice}>{choice}</Option>)}
        </Combobox>
      )
    case 'multiselect': {
      const chosen = widget.value === '' ? [] : widget.value.split(',')
      return (
        <Dropdown {...common} multiselect value={chosen.join(', ')} selectedOptions={chosen} onOptionSelect={(_event, { selectedOptions }) => onSet(widget.choices.filter((choice) => selectedOptions.includes(choice)).join(','))}>
          {widget.choices.map((choice) => <Option key={choice} value={choice}>{choice}</Option>)}
        </Dropdown>
      )
    }
  }
}
