import { Toast, ToastBody, ToastTitle, useToastController, type ToastIntent } from '@fluentui/react-components'
import type { ReactNode } from 'react'
import { ApiError } from '#web/api/call.ts'
import { adviceFor } from './states.tsx'
import { toasterId } from './toaster-id.ts'

export type Notify = {
  done(title: string, text?: ReactNode): void
  info(title: string, text?: ReactNode): void
  /** Stays longer, with advice and the request id. */
  failed(title: string, error: unknown): void
}

/** Short notices at the edge of the window. */
export function useNotify(): Notify {
  const { dispatchToast } = useToastController(toasterId)
  const say = (intent: ToastIntent, title: string, text: ReactNode, timeout: number) =>
    dispatchToast(<Toast><ToastTitle>{title}</ToastTitle>{text !== undefined && <ToastBody>{text}</ToastBody>}</Toast>, { intent, timeout, pauseOnHover: true, pauseOnWindowBlur: true })
  return {
    done: (title, text) => say('success', title, text, 4000),
    info: (title, text) => say('info', title, text, 5000),
    failed: (title, error) =>
      say('error', title, (
        <>
          {error instanceof Error ? error.message : String(error)} {adviceFor(error)}
          {error instanceof ApiError && error.requestId !== null && <div>Request id: <code>{error.requestId}</code></div>}
        </>
      ), 15_000),
  }
}
