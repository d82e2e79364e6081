import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api } from '#web/api/generated/workspace.ts'
import { Button } from '#web/kit/button.tsx'
import { ConfirmDialog } from '#web/kit/confirm-dialog.tsx'
import { useNotify } from '#web/kit/notices.tsx'
import { Section } from '#web/kit/page.tsx'
import { RelativeTime } from '#web/kit/relative-time.tsx'
import { Empty, ErrorState } from '#web/kit/states.tsx'
import { Table } from '#web/kit/table.tsx'
import { expiry } from './tokens.tsx'

type Token = Awaited<ReturnType<typeof api.tokens.allTokens>>['token_infos'][number]

/** All tokens of the workspace, for the administrator. */
export function AllTokens() {
  const cache = useQueryClient()
  const notify = useNotify()
  const tokens = useQuery({ queryKey: ['all-tokens'], queryFn: async ({ signal }) => (await api.tokens.allTokens({ query: {} }, signal)).token_infos })
  const [revoking, setRevoking] = useState<Token>()
  return (
    <Section title="Everybody’s tokens" text="What programs may act with, and for whom.">
      {tokens.error && <ErrorState error={tokens.error} retry={tokens.refetch} title="The tokens cannot be listed" />}
      <Table
        label="Everybody’s tokens" rows={tokens.data ?? (tokens.error ? [] : undefined)} rowKey={(token) => token.token_id} filter={(token) => `${token.comment} ${token.created_by_username}`} filterLabel="Filter tokens" empty={<Empty title="No tokens" />}
        columns={[
          { title: 'Owner', sort: (token) => token.created_by_username, cell: (token) => token.created_by_username },
          { title: 'Comment', sort: (token) => token.comment, cell: (token) => token.comment || '(no comment)', wide: true },
          { title: 'Created', sort: (token) => token.creation_time, cell: (token) => <RelativeTime at={token.creation_time} />, wide: true },
          { title: 'Expires', sort: (token) => token.expiry_time, cell: expiry },
          { title: 'Actions', align: 'end', cell: (token) => <Button size="small" onClick={() => setRevoking(token)}>Revoke</Button> },
        ]}
      />
      {revoking && (
        <ConfirmDialog title={`Revoke a token of ${revoking.created_by_username}?`} confirm="Revoke" onClose={() => setRevoking(undefined)} onConfirm={async () => { await api.tokens.revokeAny({ params: { token_id: revoking.token_id } }); notify.done('The token is revoked'); await cache.invalidateQueries({ predicate: ({ queryKey: [first] }) => first === 'tokens' || first === 'all-tokens' }) }}>
          <p style={{ margin: 0 }}>“{revoking.comment || 'no comment'}” stops working at once. Its owner is not told.</p>
        </ConfirmDialog>
      )}
    </Section>
  )
}
