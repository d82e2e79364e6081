import { MessageBarBody } from '@fluentui/react-components'
import type { ReactNode } from 'react'

/** The text of a message bar. Names of resources are long and have no spaces: they break anywhere, so that a phone shows them whole. */
export const MessageBody = ({ children }: { children: ReactNode }) => <MessageBarBody style={{ overflowWrap: 'anywhere', minWidth: 0 }}>{children}</MessageBarBody>
