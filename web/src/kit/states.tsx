import { makeStyles, MessageBar, MessageBarActions, MessageBarBody, MessageBarTitle, Skeleton, SkeletonItem, Text, tokens } from '@fluentui/react-components'
import type { UseQueryResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { ApiError } from '#web/api/call.ts'
import { Button } from './button.tsx'
import { CopyText } from './copy-text.tsx'

const useStyles = makeStyles({
  lines: { display: 'flex', flexDirection: 'column', gap: '14px', padding: '8px 0' },
  row: { display: 'grid', gridTemplateColumns: '2fr 1fr 1fr', gap: '24px' },
  empty: { display: 'flex', flexDirection: 'column', alignItems: 'center', textAlign: 'center', gap: '8px', padding: '48px 16px', color: tokens.colorNeutralForeground3 },
  icon: { fontSize: '40px', lineHeight: 0, color: tokens.colorNeutralForeground4 },
  title: { color: tokens.colorNeutralForeground1, fontWeight: tokens.fontWeightSemibold, fontSize: tokens.fontSizeBase400, margin: 0 },
  text: { maxWidth: '52ch', margin: 0 },
  action: { marginTop: '8px', display: 'flex', gap: '8px', flexWrap: 'wrap', justifyContent: 'center' },
  request: { display: 'block', color: tokens.colorNeutralForeground2, fontSize: tokens.fontSizeBase200, marginTop: '4px' },
  body: { whiteSpace: 'normal' },
})

/** Grey lines where text will be. Says "Loading" to those who cannot see it. */
export function Loading({ lines = 5, label = 'Loading' }: { lines?: number; label?: string }) {
  const styles = useStyles()
  return (
    <div role="status" aria-label={label}>
      <Skeleton className={styles.lines} aria-hidden>
        {Array.from({ length: lines }, (_, index) => (
          <div className={styles.row} key={index}>
            <SkeletonItem size={16} />
            <SkeletonItem size={16} />
            <SkeletonItem size={16} />
          </div>
        ))}
      </Skeleton>
    </div>
  )
}

/** What one can do about an answer, where its message does not say it. */
export function adviceFor(error: unknown): string {
  if (!(error instanceof ApiError)) return 'Load the page again. If it comes back, tell the administrator what you did.'
  if (error.status === 0) return 'Check that Brickyard runs (brickyard status) and that the network is up, then try again.'
  if (error.status === 401) return 'Your session has ended. Sign in again.'
  if (error.status === 403) return 'Ask an administrator or the owner of this object for the permission.'
  if (error.status === 404) return 'It may have been deleted or moved. Go back and look for it in the list.'
  if (error.status === 409) return 'Somebody may have changed it meanwhile. Load it again and repeat your change.'
  if (error.status === 429) return 'Too many requests at once. Wait a moment, then try again.'
  if (error.status === 501) return 'This is not built yet.'
  if (error.status >= 500) return 'Try again in a moment. If it stays, give the administrator the request id.'
  return 'Correct what the message names, then try again.'
}

/** An error in words: what happened, what to do, and the id that finds it in the log. */
export function ErrorState({ error, title = 'That did not work', retry }: { error: unknown; title?: string; retry?: (() => unknown) | undefined }) {
  const styles = useStyles()
  return (
    <MessageBar intent="error" layout="multiline" role="alert">
      <MessageBarBody className={styles.body}>
        <MessageBarTitle>{title}</MessageBarTitle> {error instanceof Error ? error.message : String(error)}{' '}
        <Text className={styles.request}>{adviceFor(error)}</Text>
        {error instanceof ApiError && error.requestId !== null && (
          <span className={styles.request}>Request id: <CopyText text={error.requestId} label="Copy the request id" /></span>
        )}
      </MessageBarBody>
      {retry !== undefined && <MessageBarActions><Button size="small" onClick={() => void retry()}>Try again</Button></MessageBarActions>}
    </MessageBar>
  )
}

/** Nothing here yet, and what to do about it. */
export function Empty({ title, text, icon, action }: { title: string; text?: ReactNode; icon?: ReactNode; action?: ReactNode }) {
  const styles = useStyles()
  return (
    <div className={styles.empty}>
      {icon !== undefined && <span className={styles.icon} aria-hidden>{icon}</span>}
      <p className={styles.title}>{title}</p>
      {text !== undefined && <p className={styles.text}>{text}</p>}
      {action !== undefined && <div className={styles.action}>{action}</div>}
    </div>
  )
}

/** The three states of a query: grey lines, an error with another try, or the data. Old data stays while it is asked anew. */
export function Loaded<T>({ query, skeleton, errorTitle, children }: {
  query: Pick<UseQueryResult<T>, 'data' | 'error' | 'refetch'>
  skeleton?: ReactNode
  errorTitle?: string
  children: (data: T) => ReactNode
}) {
  const failed = query.error !== null && <ErrorState error={query.error} retry={query.refetch} {...(errorTitle === undefined ? {} : { title: errorTitle })} />
  if (query.data === undefined) return failed || (skeleton ?? <Loading />)
  return <>{failed}{children(query.data)}</>
}
