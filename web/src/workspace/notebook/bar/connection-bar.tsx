import { MessageBar, MessageBarActions, MessageBarBody, MessageBarTitle } from '@fluentui/react-components'
import { signIn } from '#web/api/call.ts'
import { Button } from '#web/kit/button.tsx'
import { useNow } from '#web/kit/relative-time.tsx'
import { ErrorState } from '#web/kit/states.tsx'
import { useLive, useNotebook } from '../notebook-context.ts'

/** Says that the line to the server is lost, and what that means for what one types. */
export function ConnectionBar() {
  const { live } = useNotebook()
  const connection = useLive('connection', (live) => live.connection())
  const trouble = useLive('trouble', (live) => live.trouble())
  if (connection.phase === 'ended') {
    return connection.error.status === 401
      ? <MessageBar intent="warning" layout="multiline"><MessageBarBody><MessageBarTitle>Signed out</MessageBarTitle>{connection.error.message}</MessageBarBody><MessageBarActions><Button size="small" onClick={signIn}>Sign in</Button></MessageBarActions></MessageBar>
      : <ErrorState error={connection.error} title="The notebook was closed" />
  }
  if (connection.phase === 'lost' || (connection.phase === 'connecting' && live.cells() !== null)) return <Lost retryAt={connection.phase === 'lost' ? connection.retryAt : null} />
  return trouble === null ? null : <ErrorState error={trouble} title="A change was not taken" />
}

function Lost({ retryAt }: { retryAt: number | null }) {
  const { live } = useNotebook()
  const now = useNow()
  const seconds = retryAt === null ? 0 : Math.max(0, Math.ceil((retryAt - now) / 1000))
  return (
    <MessageBar intent="warning" layout="multiline">
      <MessageBarBody>
        <MessageBarTitle>Reconnecting</MessageBarTitle>
        The workspace cannot be reached now. What you type stays on this page and is merged when it is back. {seconds > 0 && `Next try in ${seconds} s.`}
      </MessageBarBody>
      <MessageBarActions><Button size="small" onClick={live.retryNow}>Try now</Button></MessageBarActions>
    </MessageBar>
  )
}
