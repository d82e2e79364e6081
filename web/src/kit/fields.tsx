import { Field, Input, makeStyles, Select, SpinButton, Textarea, type FieldProps } from '@fluentui/react-components'
import { useState, type ReactNode } from 'react'

type Common<T> = {
  label: string
  value: T
  onChange: (value: T) => void
  /** What is wrong with the value, for a person; undefined when nothing is. Shown from the first change on. */
  validate?: ((value: T) => string | undefined) | undefined
  /** What the server said about this field. Wins over `validate`. */
  error?: string | undefined
  hint?: ReactNode
  required?: boolean
  /** Show what is wrong before the first change too, e.g. after a press on Create. */
  checked?: boolean
}

function useField<T>({ label, value, validate, error, hint, required, checked }: Common<T>): { field: FieldProps; touch: () => void } {
  const [touched, setTouched] = useState(false)
  const wrong = error ?? (touched || checked ? validate?.(value) : undefined)
  return {
    field: { label, ...(hint === undefined ? {} : { hint: <>{hint}</> }), ...(required ? { required } : {}), ...(wrong === undefined ? {} : { validationMessage: wrong, validationState: 'error' as const }) },
    touch: () => setTouched(true),
  }
}
type TextProps = Common<string> & { placeholder?: string; type?: 'text' | 'password' | 'email' | 'search'; autoFocus?: boolean; contentAfter?: ReactNode; disabled?: boolean }

/** One line of text, checked as one types. */
export function TextField({ placeholder, type = 'text', autoFocus, contentAfter, disabled, ...common }: TextProps) {
  const { field, touch } = useField(common)
  return (
    <Field {...field}>
      <Input
        type={type} value={common.value} spellCheck={false} autoComplete="off"
        {...(placeholder === undefined ? {} : { placeholder })} {...(autoFocus ? { autoFocus } : {})} {...(disabled ? { disabled } : {})}
        {...(contentAfter === undefined ? {} : { contentAfter: <>{contentAfter}</> })}
        onChange={(_event, data) => { touch(); common.onChange(data.value) }} onBlur={() => common.value !== '' && touch()}
      />
    </Field>
  )
}

/** Several lines. `code`: fixed width. */
export function LinesField({ rows = 4, code = false, placeholder, ...common }: Common<string> & { rows?: number; code?: boolean; placeholder?: string }) {
  const { field, touch } = useField(common)
  return (
    <Field {...field}>
      <Textarea
        value={common.value} rows={rows} resize="vertical" spellCheck={!code} {...(placeholder === undefined ? {} : { placeholder })}
        textarea={code ? { style: { fontFamily: 'var(--fontFamilyMonospace)', fontSize: '13px', maxHeight: 'none' } } : { style: { maxHeight: 'none' } }}
        onChange={(_event, data) => { touch(); common.onChange(data.value) }}
      />
    </Field>
  )
}

/** A whole number. */
export function NumberField({ min, max, step = 1, ...common }: Common<number> & { min?: number; max?: number; step?: number }) {
  const { field, touch } = useField(common)
  return (
    <Field {...field}>
      <SpinButton
        value={common.value} step={step} {...(min === undefined ? {} : { min })} {...(max === undefined ? {} : { max })}
        onChange={(_event, data) => {
          const next = data.value ?? Number(data.displayValue)
          if (!Number.isFinite(next)) return
          touch()
          common.onChange(next)
        }}
      />
    </Field>
  )
}

// A long choice must not push the field out of its column.
const useStyles = makeStyles({ select: { minWidth: 0 }, inner: { width: '100%', minWidth: 0, textOverflow: 'ellipsis' } })

export type Choice = { value: string; label: string; disabled?: boolean }
/** One of a few. */
export function SelectField({ choices, disabled = false, ...common }: Common<string> & { choices: readonly Choice[]; disabled?: boolean }) {
  const { field, touch } = useField(common)
  const styles = useStyles()
  return (
    <Field {...field}>
      <Select className={styles.select} select={{ className: styles.inner }} value={common.value} disabled={disabled} onChange={(_event, data) => { touch(); common.onChange(data.value) }}>
        {choices.map((choice) => <option key={choice.value} value={choice.value} disabled={choice.disabled}>{choice.label}</option>)}
      </Select>
    </Field>
  )
}
