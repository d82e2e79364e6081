import { Button } from '@fluentui/react-components'
import { Page } from '../parts/page.tsx'
import { Failed } from '../parts/states.tsx'

/** A page that failed while it was drawn: said, with a way on. */
export const Broken = ({ error, reset }: { error: unknown; reset: () => void }) => (
  <Page title="Something went wrong"><Failed error={error} again={reset} /><div><Button onClick={() => location.reload()}>Load the portal again</Button></div></Page>
)
