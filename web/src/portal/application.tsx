import { Spinner } from '@fluentui/react-components'
import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense } from 'react'
import { ApiError } from '#web/api/call.ts'
import { me } from './arm/queries.ts'
import { Failed } from './parts/states.tsx'

// Asked for at once: the pages arrive while the server says who is there.
const routed = import('./routed.tsx')
const Routed = lazy(async () => ({ default: (await routed).Routed }))

/** Who is it? Everything else is drawn for a person: without a session the sign-in page comes first. */
export function Application() {
  const who = useQuery(me)
  if (who.data) return <Suspense fallback={<Waiting label="Opening the portal" />}><Routed /></Suspense>
  const leaving = who.error instanceof ApiError && who.error.status === 401
  if (who.error && !leaving) return <main style={{ padding: 24, maxWidth: 720 }}><h1>Brickyard</h1><Failed error={who.error} again={() => void who.refetch()} /></main>
  return <Waiting label={leaving ? 'Taking you to the sign-in page' : 'Opening the portal'} />
}

const Waiting = ({ label }: { label: string }) => <main style={{ display: 'grid', placeItems: 'center', minHeight: '60vh' }}><Spinner label={label} /></main>
