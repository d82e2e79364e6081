import { Button, makeStyles, Switch, Text, tokens } from '@fluentui/react-components'
import { ArrowDownload20Regular } from '@fluentui/react-icons'
import { queryOptions, useQuery } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { send } from '#web/api/call.ts'
import { change, versions } from '../arm/arm.ts'
import { nameOf } from '../arm/ids.ts'
import { Card } from '../parts/page.tsx'
import { Answer, Empty } from '../parts/states.tsx'

const useStyles = makeStyles({ log: { fontFamily: tokens.fontFamilyMonospace, fontSize: tokens.fontSizeBase200, lineHeight: 1.45, backgroundColor: '#0c0c0c', color: '#e6e6e6', padding: tokens.spacingHorizontalM, borderRadius: tokens.borderRadiusMedium, margin: 0, overflow: 'auto', height: '60vh', whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }, bar: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalM, alignItems: 'center' } })

/** The address is signed and lives for two hours: asked for once, read again and again. */
const link = (id: string) => queryOptions({
  queryKey: ['arm', 'console link', id.toLowerCase()], staleTime: 3_600_000,
  queryFn: async () => new URL((await change<{ serialConsoleLogBlobUri: string }>('POST', `${id}/retrieveBootDiagnosticsData`, versions.compute)).body.serialConsoleLogBlobUri).pathname,
})
const text = (address: string | undefined) => queryOptions({ queryKey: ['console', address], enabled: address !== undefined, refetchInterval: 2_000, queryFn: async ({ signal }) => (await send('GET', address ?? '', undefined, signal)).text() })
/** Colours and cursor movements of a terminal are not for a page. */
// oxlint-disable-next-line no-control-regex
const plain = (log: string): string => log.replaceAll(/\u001B\[[0-9;?]*[A-Za-z]/g, '')

/** The machine's console as it comes, from its first boot on. */
export function SerialLog({ id }: { id: string }) {
  const s = useStyles()
  const address = useQuery(link(id))
  const log = useQuery(text(address.data))
  const [following, setFollowing] = useState(true)
  const box = useRef<HTMLPreElement>(null)
  useEffect(() => { if (following && box.current) box.current.scrollTop = box.current.scrollHeight }, [log.data, following])
  const save = () => {
    const url = URL.createObjectURL(new Blob([log.data ?? ''], { type: 'text/plain' }))
    const anchor = document.createElement('a')
    Object.assign(anchor, { href: url, download: `${nameOf(id)}-serial.log` }).click()
    URL.revokeObjectURL(url)
  }
  return (
    <Card title="Serial log">
      <Answer query={address.error ? { data: undefined, error: address.error, refetch: address.refetch } : log} title="The console cannot be read">{(content) => (
        <>
          <div className={s.bar}><Switch label="Follow" checked={following} onChange={(_, { checked }) => setFollowing(checked)} /><Button icon={<ArrowDownload20Regular />} onClick={save}>Download</Button><Text size={200}>The last mebibyte, every two seconds.</Text></div>
          {content === '' ? <Empty title="The machine has not written anything yet" /> : <pre ref={box} className={s.log} tabIndex={0} aria-label="Serial log">{plain(content)}</pre>}
        </>
      )}</Answer>
    </Card>
  )
}
