import { Combobox, Field, Option, OptionGroup } from '@fluentui/react-components'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { api } from '#web/api/generated/workspace.ts'

export type Principal = { field: 'user_name' | 'group_name' | 'service_principal_name'; name: string; shown: string; id: string }

const most = 200
/** Everybody whom a permission can be given to. */
export const usePrincipals = () =>
  useQuery({
    queryKey: ['principals'],
    staleTime: 30_000,
    queryFn: async ({ signal }) => {
      const query = { count: most }
      const [users, groups, robots] = await Promise.all([
        api.identity.users({ query }, signal), api.identity.groups({ query }, signal), api.identity.servicePrincipals({ query }, signal),
      ])
      const found: Principal[] = [
        ...groups.Resources.map((one) => ({ field: 'group_name' as const, name: one.displayName ?? '', shown: one.displayName ?? '', id: one.id })),
        ...users.Resources.map((one) => ({ field: 'user_name' as const, name: one.userName ?? '', shown: `${one.displayName ?? ''} (${one.userName ?? ''})`, id: one.id })),
        ...robots.Resources.map((one) => ({ field: 'service_principal_name' as const, name: one.applicationId ?? '', shown: `${one.displayName ?? ''} (${one.applicationId ?? ''})`, id: one.id })),
      ]
      return found
    },
  })
const titles = { group_name: 'Groups', user_name: 'Users', service_principal_name: 'Service principals' } as const
const kinds = ['group_name', 'user_name', 'service_principal_name'] as const

/** Finds a user, a group or a service principal by a part of the name. */
export function PrincipalPicker({ chosen, onChoose, label = 'User, group or service principal', only, exclude }: {
  chosen: Principal | undefined
  onChoose: (principal: Principal | undefined) => void
  label?: string
  only?: (principal: Principal) => boolean
  exclude?: readonly string[]
}) {
  const principals = usePrincipals()
  const [typed, setTyped] = useState<string>()
  const [open, setOpen] = useState(false)
  const word = (typed ?? '').toLowerCase()
  const found = (principals.data ?? []).filter((one) => one.shown.toLowerCase().includes(word) && (only?.(one) ?? true) && !exclude?.includes(one.id)).slice(0, 60)
  return (
    <Field label={label} {...(principals.error ? { validationMessage: principals.error.message } : {})}>
      <Combobox
        freeform value={typed ?? chosen?.shown ?? ''} selectedOptions={chosen ? [chosen.id] : []} placeholder="Type a part of the name"
        open={open} onOpenChange={(_event, data) => setOpen(data.open)}
        onChange={(event) => { setTyped(event.target.value); setOpen(true); onChoose(undefined) }}
        onOptionSelect={(_event, data) => { setTyped(undefined); onChoose(found.find((one) => one.id === data.optionValue)) }}
      >
        {kinds.map((kind) => {
          const of = found.filter((one) => one.field === kind)
          return of.length === 0 ? null : <OptionGroup key={kind} label={titles[kind]}>{of.map((one) => <Option key={one.id} value={one.id} text={one.shown}>{one.shown}</Option>)}</OptionGroup>
        })}
        {found.length === 0 && <Option disabled value="" text="">{principals.isPending ? 'Loading…' : 'Nobody by this name'}</Option>}
      </Combobox>
    </Field>
  )
}
