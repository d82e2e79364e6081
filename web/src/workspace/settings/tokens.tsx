import { MessageBar, MessageBarBody, MessageBarTitle } from '@fluentui/react-components'
import { KeyRegular } from '@fluentui/react-icons'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api } from '#web/api/generated/workspace.ts'
import { Button } from '#web/kit/button.tsx'
import { ConfirmDialog, FormDialog } from '#web/kit/confirm-dialog.tsx'
import { CopyText } from '#web/kit/copy-text.tsx'
import { NumberField, TextField } from '#web/kit/fields.tsx'
import { useNotify } from '#web/kit/notices.tsx'
import { Section } from '#web/kit/page.tsx'
import { RelativeTime } from '#web/kit/relative-time.tsx'
import { Empty, ErrorState } from '#web/kit/states.tsx'
import { Table } from '#web/kit/table.tsx'

type Token = Awaited<ReturnType<typeof api.tokens.list>>['token_infos'][number]
const key = ['tokens']
/** Expiry as the API tells it: below zero means never. */
export const expiry = (token: { expiry_time: number }) => (token.expiry_time < 0 ? 'Never' : <RelativeTime at={token.expiry_time} />)

/** Tokens let programs act as oneself. A new one is shown once. */
export function Tokens() {
  const tokens = useQuery({ queryKey: key, queryFn: async ({ signal }) => (await api.tokens.list({}, signal)).token_infos })
  const cache = useQueryClient()
  const notify = useNotify()
  const [creating, setCreating] = useState(false)
  const [revoking, setRevoking] = useState<Token>()
  const [made, setMade] = useState<string>()
  const changed = () => cache.invalidateQueries({ queryKey: key })
  return (
    <Section title="Access tokens" text="A token lets a program act as you: the SDKs, notebooks elsewhere, curl." actions={<Button appearance="primary" onClick={() => setCreating(true)}>Create token</Button>}>
      {made !== undefined && (
        <MessageBar intent="success" layout="multiline">
          <MessageBarBody><MessageBarTitle>Your new token</MessageBarTitle> Copy it now: it is not shown again.<br /><CopyText text={made} label="Copy the token" /></MessageBarBody>
        </MessageBar>
      )}
      {tokens.error && <ErrorState error={tokens.error} retry={tokens.refetch} title="Your tokens cannot be listed" />}
      <Table
        label="Access tokens" rows={tokens.data ?? (tokens.error ? [] : undefined)} rowKey={(token) => token.token_id} defaultSort={{ column: 'Created', down: true }}
        empty={<Empty icon={<KeyRegular />} title="No tokens" text="Create one to use this workspace from a program." />}
        columns={[
          { title: 'Comment', sort: (token) => token.comment, cell: (token) => token.comment || '(no comment)' },
          { title: 'Created', sort: (token) => token.creation_time, cell: (token) => <RelativeTime at={token.creation_time} /> },
          { title: 'Expires', sort: (token) => token.expiry_time, cell: expiry },
          { title: 'Last used', wide: true, cell: (token) => (token.last_accessed_time === undefined ? 'Never' : <RelativeTime at={token.last_accessed_time} />) },
          { title: 'Actions', align: 'end', cell: (token) => <Button size="small" onClick={() => setRevoking(token)}>Revoke</Button> },
        ]}
      />
      {creating && <CreateToken onClose={() => setCreating(false)} onMade={async (token) => { setMade(token); await changed() }} />}
      {revoking && (
        <ConfirmDialog title={`Revoke “${revoking.comment || 'no comment'}”?`} confirm="Revoke" onClose={() => setRevoking(undefined)} onConfirm={async () => { await api.tokens.revoke({ body: { token_id: revoking.token_id } }); notify.done('The token is revoked'); await changed() }}>
          <p style={{ margin: 0 }}>Programs that use it are refused from this moment on. A revoked token cannot be brought back.</p>
        </ConfirmDialog>
      )}
    </Section>
  )
}

function CreateToken({ onMade, onClose }: { onMade: (token: string) => Promise<void>; onClose: () => void }) {
  const [comment, setComment] = useState('')
  const [days, setDays] = useState(90)
  const wrong = (value: number) => (Number.isInteger(value) && value >= 1 && value <= 730 ? undefined : 'From 1 to 730 days.')
  return (
    <FormDialog title="Create token" submit="Create" submitDisabledBecause={wrong(days)} onClose={onClose} onSubmit={async () => onMade((await api.tokens.create({ body: { comment: comment.trim(), lifetime_seconds: days * 86_400 } })).token_value)}>
      <TextField label="Comment" autoFocus value={comment} onChange={setComment} placeholder="What is it for?" validate={(value) => (value.length > 200 ? 'At most 200 characters.' : undefined)} />
      <NumberField label="Lifetime (days)" required min={1} max={730} value={days} onChange={setDays} validate={wrong} />
    </FormDialog>
  )
}
