import { Button as FluentButton, Spinner, Tooltip, type ButtonProps } from '@fluentui/react-components'

export type KitButton = Omit<Extract<ButtonProps, { as?: 'button' }>, 'disabled' | 'as'> & {
  /** Why it cannot be pressed now, for a person. It stays reachable by keyboard, so that the reason can be read. */
  disabledBecause?: string | undefined
  /** It was pressed and the work is under way. */
  busy?: boolean | undefined
}

/** A button that says why when it cannot be pressed. */
export function Button({ disabledBecause, busy = false, ...props }: KitButton) {
  const off = disabledBecause !== undefined || busy
  const button = <FluentButton {...props} disabledFocusable={off} {...(busy ? { icon: <Spinner size="extra-tiny" /> } : {})} aria-busy={busy} />
  if (disabledBecause === undefined) return button
  return <Tooltip content={disabledBecause} relationship="description" withArrow>{button}</Tooltip>
}

/** A button that shows only an icon; `label` is its name and its tooltip. */
export function IconButton({ label, disabledBecause, busy = false, ...props }: KitButton & { label: string }) {
  const off = disabledBecause !== undefined || busy
  return (
    <Tooltip content={disabledBecause === undefined ? label : `${label}: ${disabledBecause}`} relationship="label" withArrow>
      <FluentButton appearance="subtle" {...props} disabledFocusable={off} {...(busy ? { icon: <Spinner size="extra-tiny" /> } : {})} aria-busy={busy} />
    </Tooltip>
  )
}
