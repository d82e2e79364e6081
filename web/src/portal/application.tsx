import { Spinner } from '@fluentui/react-components'
import { useQuery } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { ApiError } from '#web/api/call.ts'
import { me } from './arm/queries.ts'
import { Failed } from './parts/states.tsx'
import { router } from './router.tsx'

/** Who is it? Everything else is drawn for a person: without a session the sign-in page comes first. */
export function Application() {
  const who = useQuery(me)
  if (who.data) return <RouterProvider router={router} />
  const leaving = who.error instanceof ApiError && who.error.status === 401
  if (who.error && !leaving) return <main style={{ padding: 24, maxWidth: 720 }}><h1>Brickyard</h1><Failed error={who.error} again={() => void who.refetch()} /></main>
  return <main style={{ display: 'grid', placeItems: 'center', minHeight: '60vh' }}><Spinner label={leaving ? 'Taking you to the sign-in page' : 'Opening the portal'} /></main>
}
