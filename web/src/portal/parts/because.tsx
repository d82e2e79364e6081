import { Button, Tooltip, type ButtonProps } from '@fluentui/react-components'

/** A button that says why when it cannot be pressed: it stays reachable, so that the reason can be heard. */
export function Because({ why, ...button }: ButtonProps & { why?: string | undefined }) {
  if (why === undefined) return <Button {...button} />
  const { onClick: _, ...rest } = button
  return <Tooltip content={why} relationship="description" withArrow><Button {...rest} disabledFocusable /></Tooltip>
}
