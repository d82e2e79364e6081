import { useEffect, useState } from 'react'
import { LinkButton } from '#web/kit/link.tsx'
import { Page } from '#web/kit/page.tsx'
import { Empty, ErrorState, Loading } from '#web/kit/states.tsx'
import { openLive, type Live } from './live/live.ts'
import { useTopic } from './live/topics.ts'
import { OpenNotebook } from './notebook.tsx'

/** `/notebook/<object id>`. */
export function NotebookPage({ objectId }: { objectId: number }) {
  const [live, setLive] = useState<Live | null>(null)
  const known = Number.isSafeInteger(objectId) && objectId > 0
  useEffect(() => {
    if (!known) return
    const opened = openLive(objectId)
    setLive(opened)
    return () => opened.close()
  }, [objectId, known])
  if (!known) return <Page title="There is no such notebook"><Empty title="This is no address of a notebook" action={<LinkButton href="/workspace" appearance="primary">Workspace</LinkButton>} /></Page>
  if (live === null || live.objectId !== objectId) return <Page title="Notebook"><Loading lines={8} label="Loading the notebook" /></Page>
  return <Opened key={objectId} live={live} />
}

/** A notebook that cannot be opened is an error page; one that was open stays readable. */
function Opened({ live }: { live: Live }) {
  const connection = useTopic(live.topics, 'connection', () => live.connection())
  const cells = useTopic(live.topics, 'cells', () => live.cells())
  if (connection.phase === 'ended' && cells === null) {
    return <Page title="The notebook cannot be opened"><ErrorState error={connection.error} title="It was not opened" retry={() => location.reload()} /></Page>
  }
  return <OpenNotebook live={live} />
}
