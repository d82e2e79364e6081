import { useQuery } from '@tanstack/react-query'
import { applications } from '../arm/graph.ts'
import { Icon } from '../parts/icon.tsx'
import { Go } from '../parts/links.tsx'
import { Page } from '../parts/page.tsx'
import { Records } from '../parts/records.tsx'
import { Answer, Empty } from '../parts/states.tsx'
import { ago } from '../parts/words.ts'

export function ApplicationsPage() {
  const list = useQuery(applications)
  return (
    <Page title="Applications" icon="application" crumbs={[{ title: 'Home', to: '/' }, { title: 'Directory', to: '/directory/users' }]}>
      <Answer query={list}>{(rows) => rows.length === 0 ? <Empty title="No applications" /> : (
        <Records label="Applications" keyOf={(row) => row.id} rows={rows} first={0} columns={[
          { title: 'Name', cell: (row) => <span style={{ display: 'inline-flex', gap: 8 }}><Icon name="application" /><Go to="/directory/applications/$id" params={{ id: row.id }}>{row.displayName}</Go></span>, by: (row) => row.displayName },
          { title: 'Application (client) id', cell: (row) => row.appId, wide: true },
          { title: 'Kind', cell: (row) => (row.isFallbackPublicClient ? 'Public client' : row.web.redirectUris.length > 0 ? 'Web' : 'Service or API'), by: (row) => String(row.isFallbackPublicClient), wide: true },
          { title: 'Secrets', cell: (row) => row.passwordCredentials.length || '—', by: (row) => row.passwordCredentials.length },
          { title: 'Created', cell: (row) => ago(row.createdDateTime), by: (row) => row.createdDateTime, wide: true },
        ]} />
      )}</Answer>
    </Page>
  )
}
