import { createDOMRenderer, FluentProvider, makeStaticStyles, RendererProvider, Toaster } from '@fluentui/react-components'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { StrictMode, type ReactNode } from 'react'
import { createRoot } from 'react-dom/client'
import { ApiError } from '#web/api/call.ts'
import { darkTheme, lightTheme } from './brand.ts'
import { useTheme } from './theme.ts'
import { toasterId } from './toaster-id.ts'

/** The page's nonce: styles that scripts add are allowed by it (content security policy). */
export const cspNonce = document.querySelector('meta[name=csp-nonce]')?.getAttribute('content') ?? ''

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      // What the server refuses it refuses again; only an unreachable server is worth another try.
      retry: (count, error) => count < 3 && error instanceof ApiError && (error.status === 0 || error.status >= 502),
      staleTime: 2_000,
      refetchOnWindowFocus: true,
    },
  },
})

const usePageStyles = makeStaticStyles({ body: { margin: 0 }, '*, *::before, *::after': { boxSizing: 'border-box' } })

/** Draws an application: styles with our nonce, the theme the person chose, the query cache. */
export function start(application: ReactNode): void {
  const root = document.getElementById('root')
  if (!root) throw new Error('The page has no #root')
  const renderer = createDOMRenderer(document, { styleElementAttributes: { nonce: cspNonce } })
  createRoot(root).render(
    <StrictMode>
      <RendererProvider renderer={renderer} targetDocument={document}>
        <Themed>
          <QueryClientProvider client={queries}>{application}</QueryClientProvider>
        </Themed>
      </RendererProvider>
    </StrictMode>,
  )
}

function Themed({ children }: { children: ReactNode }) {
  const { dark } = useTheme()
  usePageStyles()
  return (
    <FluentProvider theme={dark ? darkTheme : lightTheme} style={{ minHeight: '100vh' }}>
      {children}
      <Toaster toasterId={toasterId} position="bottom-end" />
    </FluentProvider>
  )
}
