import { Button, makeStyles, MessageBar, MessageBarActions, MessageBarTitle, mergeClasses, Skeleton, SkeletonItem, Spinner, Text, tokens } from '@fluentui/react-components'
import type { ReactNode } from 'react'
import { ApiError } from '#web/api/call.ts'
import { toneOf, type Tone } from './words.ts'
import { MessageBody } from './message-body.tsx'

const useStyles = makeStyles({
  empty: { display: 'flex', flexDirection: 'column', alignItems: 'center', textAlign: 'center', gap: tokens.spacingVerticalM, padding: `${tokens.spacingVerticalXXXL} ${tokens.spacingHorizontalL}`, color: tokens.colorNeutralForeground2 },
  loading: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalM, paddingBlock: tokens.spacingVerticalM },
  code: { fontFamily: tokens.fontFamilyMonospace, fontSize: tokens.fontSizeBase200, overflowWrap: 'anywhere' },
  state: { display: 'inline-flex', alignItems: 'center', gap: tokens.spacingHorizontalXS, whiteSpace: 'nowrap' },
  dot: { width: '9px', height: '9px', borderRadius: '50%', flex: 'none' },
  good: { backgroundColor: tokens.colorPaletteGreenForeground3 },
  bad: { backgroundColor: tokens.colorPaletteRedForeground3 },
  idle: { backgroundColor: tokens.colorNeutralForeground3 },
})

/** Rows that are being asked for. Screen readers hear one word. */
export function Loading({ rows = 4, label = 'Loading' }: { rows?: number; label?: string }) {
  const s = useStyles()
  return (
    <div role="status" aria-label={label}>
      <Skeleton className={s.loading} aria-hidden="true">{Array.from({ length: rows }, (_, index) => <SkeletonItem key={index} size={20} style={{ width: `${92 - ((index * 17) % 40)}%` }} />)}</Skeleton>
    </div>
  )
}

/** What to do about an error, by its kind. */
function advice(error: ApiError): string {
  if (error.status === 0) return 'Check that Brickyard runs (./brickyard status), then try again.'
  if (error.status === 403) return error.code === 'DenyAssignmentAuthorizationFailed' ? 'A service manages this resource and keeps it locked. Use the service itself.' : 'Ask an owner of this scope for a role that allows it (Access control), or sign in with another account.'
  if (error.status === 404) return 'It may have been deleted meanwhile. Go back to the list.'
  if (error.status === 409) return 'Something else is being done with it. Wait for that to end, then try again.'
  if (error.status === 501) return 'This part is not built yet; the message names it.'
  if (error.status >= 500) return 'Try again. If it stays, give the request id to your administrator: it finds the cause in the log.'
  return 'Correct it, then try again.'
}

/** An error, what to do about it, and the id under which the server wrote it down. */
export function Failed({ error, again, title = 'That did not work' }: { error: unknown; again?: () => void; title?: string }) {
  const s = useStyles()
  const known = error instanceof ApiError ? error : null
  return (
    <MessageBar intent="error" layout="multiline" role="alert">
      <MessageBody>
        <MessageBarTitle>{title}</MessageBarTitle>
        <div>{error instanceof Error ? error.message : String(error)}</div>
        {known && <div>{advice(known)}</div>}
        {known?.requestId && <div className={s.code}>Request id {known.requestId}{known.code ? ` · ${known.code}` : ''}</div>}
      </MessageBody>
      {again && <MessageBarActions><Button size="small" onClick={again}>Try again</Button></MessageBarActions>}
    </MessageBar>
  )
}

/** Nothing there yet: what would be, and the way to make it so. */
export function Empty({ title, children, action, picture }: { title: string; children?: ReactNode; action?: ReactNode; picture?: ReactNode }) {
  const s = useStyles()
  return <div className={s.empty}>{picture}<Text as="h2" size={500} weight="semibold" style={{ margin: 0 }}>{title}</Text>{children && <div>{children}</div>}{action}</div>
}

/** The three ends of a question: not yet, not at all, and here. */
export function Answer<Data>({ query, children, rows, title }: { query: { data: Data | undefined; error: Error | null; refetch: () => unknown }; children: (data: Data) => ReactNode; rows?: number; title?: string }) {
  if (query.data !== undefined) return <>{children(query.data)}</>
  if (query.error) return <Failed error={query.error} again={() => void query.refetch()} {...(title ? { title } : {})} />
  return <Loading {...(rows ? { rows } : {})} />
}

/** A state as a word with a mark; while it changes, the mark turns. */
export function State({ value, tone = toneOf(value) }: { value: string; tone?: Tone }) {
  const s = useStyles()
  return <span className={s.state}>{tone === 'busy' ? <Spinner size="extra-tiny" aria-hidden="true" /> : <span className={mergeClasses(s.dot, s[tone])} aria-hidden="true" />}{value}</span>
}
