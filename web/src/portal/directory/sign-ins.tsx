import { SearchBox, Switch } from '@fluentui/react-components'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { applications, signIns, users } from '../arm/graph.ts'
import { Page } from '../parts/page.tsx'
import { Records } from '../parts/records.tsx'
import { Answer, Empty, State } from '../parts/states.tsx'
import { ago, when } from '../parts/words.ts'

export function SignInsPage() {
  const [text, setText] = useState('')
  const [failed, setFailed] = useState(false)
  return (
    <Page title="Sign-ins" icon="directory" kind="Kept for 90 days" crumbs={[{ title: 'Home', to: '/' }, { title: 'Directory', to: '/directory/users' }]} commands={<><SearchBox aria-label="Filter sign-ins" placeholder="Filter by person or application" value={text} onChange={(_, { value }) => setText(value)} /><Switch label="Only failures" checked={failed} onChange={(_, { checked }) => setFailed(checked)} /></>}>
      <SignInList text={text} failed={failed} />
    </Page>
  )
}

const flows: Readonly<Record<string, string>> = { authorization_code: 'Browser', device_code: 'Device code', client_credentials: 'Client secret', refresh_token: 'Refresh' }

/** Who signed in or tried to, to what, from where, and what came of it. */
export function SignInList({ userId, appId, text = '', failed = false }: { userId?: string; appId?: string; text?: string; failed?: boolean }) {
  const list = useQuery({ ...signIns, refetchInterval: 10_000 })
  const people = useQuery(users).data
  const apps = useQuery(applications).data
  const person = (id: string | null, upn: string | null) => upn ?? people?.find((each) => each.id === id)?.userPrincipalName ?? (id ? 'an application' : '')
  const app = (id: string | null) => apps?.find((each) => each.appId === id)?.displayName ?? id ?? ''
  return (
    <Answer query={list}>{(all) => {
      const rows = all.filter((each) => (!userId || each.userId === userId) && (!appId || each.appId === appId) && (!failed || each.status.errorCode !== 0) && `${person(each.userId, each.userPrincipalName)} ${app(each.appId)}`.toLowerCase().includes(text.toLowerCase())).slice(0, 200)
      if (rows.length === 0) return <Empty title="No sign-ins fit" />
      return <Records label="Sign-ins" keyOf={(row) => row.id} rows={rows} columns={[
        { title: 'Time', cell: (row) => <span title={when(row.createdDateTime)}>{ago(row.createdDateTime)}</span>, by: (row) => row.createdDateTime },
        { title: 'Who', cell: (row) => person(row.userId, row.userPrincipalName), by: (row) => person(row.userId, row.userPrincipalName) },
        { title: 'Application', cell: (row) => app(row.appId), by: (row) => app(row.appId), wide: true },
        { title: 'How', cell: (row) => flows[row.clientAppUsed] ?? row.clientAppUsed, by: (row) => row.clientAppUsed, wide: true },
        { title: 'Result', cell: (row) => (row.status.errorCode === 0 ? <State value="Succeeded" /> : <span><State value={`AADSTS${row.status.errorCode}`} tone="bad" /><br />{row.status.failureReason}</span>), by: (row) => row.status.errorCode },
        { title: 'Address', cell: (row) => row.ipAddress ?? '', wide: true },
      ]} />
    }}</Answer>
  )
}
