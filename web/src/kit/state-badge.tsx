import { Badge, makeStyles, mergeClasses, Spinner, tokens } from '@fluentui/react-components'

export type Tone = 'good' | 'busy' | 'bad' | 'warning' | 'calm' | 'info'
const colours = { good: 'success', busy: 'informative', bad: 'danger', warning: 'warning', calm: 'subtle', info: 'brand' } as const

const tones: Record<string, Tone> = {
  RUNNING: 'good', SUCCEEDED: 'good', ACTIVE: 'good', READY: 'good', FINISHED: 'good', ENABLED: 'good', ENFORCED: 'good',
  PENDING: 'busy', RESTARTING: 'busy', RESIZING: 'busy', TERMINATING: 'busy', PAUSING: 'busy', RESUMING: 'busy', STARTING: 'busy', STOPPING: 'busy', CREATING: 'busy', UPDATING: 'busy', DELETING: 'busy', ACCEPTED: 'busy', DEALLOCATING: 'busy', QUEUED: 'busy', IN_PROGRESS: 'busy',
  ERROR: 'bad', FAILED: 'bad', LOST: 'bad', UNKNOWN: 'warning', PAUSED: 'info', HIBERNATED: 'info',
  TERMINATED: 'calm', STOPPED: 'calm', DEALLOCATED: 'calm', CANCELED: 'calm', CANCELLED: 'calm', INACTIVE: 'calm',
}
/** How a state of the API feels. */
export const toneOf = (state: string): Tone => tones[state.toUpperCase()] ?? 'calm'

/** `TERMINATED`, `InProgress` → "Terminated", "In progress". */
export const inWords = (state: string): string => {
  const words = state.replace(/([a-z])([A-Z])/g, '$1 $2').replaceAll('_', ' ').toLowerCase()
  return words.charAt(0).toUpperCase() + words.slice(1)
}

const useStyles = makeStyles({
  badge: { whiteSpace: 'nowrap', flexShrink: 0 },
  calm: { backgroundColor: tokens.colorNeutralBackground4, color: tokens.colorNeutralForeground2 },
})

/** A state as a word with a colour; a small wheel turns while it is about to change. */
export function StateBadge({ state, tone = toneOf(state), label = inWords(state) }: { state: string; tone?: Tone; label?: string }) {
  const styles = useStyles()
  return (
    <Badge appearance="tint" shape="rounded" color={colours[tone]} className={mergeClasses(styles.badge, tone === 'calm' && styles.calm)} {...(tone === 'busy' ? { icon: <Spinner size="extra-tiny" aria-hidden /> } : {})}>
      {label}
    </Badge>
  )
}
