import { Button, MessageBar, MessageBarActions, MessageBarTitle } from '@fluentui/react-components'
import { Copied } from '../parts/facts.tsx'
import { MessageBody } from '../parts/message-body.tsx'

/** A secret that the directory tells this once. */
export const Shown = ({ what, text, close }: { what: string; text: string; close: () => void }) => (
  <MessageBar intent="success" layout="multiline"><MessageBody><MessageBarTitle>{what}: copy it now, it is not shown again</MessageBarTitle><Copied text={text} what={what.toLowerCase()}><code>{text}</code></Copied></MessageBody><MessageBarActions><Button size="small" onClick={close}>Done</Button></MessageBarActions></MessageBar>
)
