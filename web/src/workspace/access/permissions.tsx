import { makeStyles, Select, Text, tokens } from '@fluentui/react-components'
import { DeleteRegular, PeopleRegular, PersonRegular, BotRegular } from '@fluentui/react-icons'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api } from '#web/api/generated/workspace.ts'
import { Button, IconButton } from '#web/kit/button.tsx'
import { useNotify } from '#web/kit/notices.tsx'
import { Empty, Loaded } from '#web/kit/states.tsx'
import { useLevel, type ObjectType } from './level.ts'
import { PrincipalPicker, type Principal } from './principal-picker.tsx'

type Permissions = Awaited<ReturnType<typeof api.permissions.get>>
type Entry = Permissions['access_control_list'][number]

const useStyles = makeStyles({
  all: { display: 'flex', flexDirection: 'column', gap: '16px' },
  list: { display: 'flex', flexDirection: 'column', margin: 0, padding: 0, listStyleType: 'none' },
  row: { display: 'flex', flexWrap: 'wrap', gap: '8px 12px', alignItems: 'center', padding: '8px 0', borderBottom: `1px solid ${tokens.colorNeutralStroke3}` },
  icon: { fontSize: '20px', lineHeight: 0, color: tokens.colorNeutralForeground3 },
  who: { display: 'flex', flexDirection: 'column', flex: '1 1 180px', minWidth: 0, overflowWrap: 'anywhere' },
  soft: { color: tokens.colorNeutralForeground3, fontSize: tokens.fontSizeBase200 },
  add: { display: 'flex', flexWrap: 'wrap', gap: '8px', alignItems: 'end' },
  pick: { flex: '1 1 240px', minWidth: 0 },
})
const principalOf = (entry: Entry) => ({
  ...(entry.user_name === undefined ? {} : { user_name: entry.user_name }),
  ...(entry.group_name === undefined ? {} : { group_name: entry.group_name }),
  ...(entry.service_principal_name === undefined ? {} : { service_principal_name: entry.service_principal_name }),
})
const nameOf = (entry: Entry) => entry.user_name ?? entry.group_name ?? entry.service_principal_name ?? ''

/** Who may do what with an object: given here, or coming down from folders and groups. */
export function PermissionsPanel({ type, id }: { type: ObjectType; id: string }) {
  const styles = useStyles()
  const cache = useQueryClient()
  const notify = useNotify()
  const key = ['permissions', type, id]
  const held = useQuery({ queryKey: key, queryFn: ({ signal }) => api.permissions.get({ params: { type, id } }, signal) })
  const levels = useQuery({ queryKey: ['permission-levels', type], queryFn: ({ signal }) => api.permissions.levels({ params: { type, id } }, signal), staleTime: Infinity })
  const mine = useLevel(type, id)
  const locked = mine === undefined || mine === 'CAN_MANAGE' || mine === 'IS_OWNER' ? undefined : `Only those with CAN_MANAGE may change this; you have ${mine ?? 'no permission'}.`
  const [chosen, setChosen] = useState<Principal>()
  const [level, setLevel] = useState<string>()
  const choices = levels.data?.permission_levels ?? []
  const newLevel = level ?? choices[0]?.permission_level ?? ''

  const changed = (answer: Permissions) => {
    cache.setQueryData(key, answer)
    void cache.invalidateQueries({ queryKey: ['level', type, id] })
  }
  const change = useMutation({
    mutationFn: (entry: Parameters<typeof api.permissions.update>[0]['body']) => api.permissions.update({ params: { type, id }, body: entry }),
    onSuccess: changed,
    onError: (error) => notify.failed('The permission was not changed', error),
  })
  const remove = useMutation({
    mutationFn: (gone: Entry) => {
      const rest = (held.data?.access_control_list ?? []).filter((entry) => nameOf(entry) !== nameOf(gone))
      const own = rest.flatMap((entry) => entry.all_permissions.filter((one) => !one.inherited).map((one) => ({ ...principalOf(entry), permission_level: one.permission_level })))
      return api.permissions.set({ params: { type, id }, body: { access_control_list: own } })
    },
    onSuccess: changed,
    onError: (error) => notify.failed('The permission was not taken away', error),
  })
  const add = () => {
    if (!chosen) return
    change.mutate({ access_control_list: [{ [chosen.field]: chosen.name, permission_level: newLevel }] }, { onSuccess: () => setChosen(undefined) })
  }
  return (
    <div className={styles.all}>
      <div className={styles.add}>
        <div className={styles.pick}><PrincipalPicker chosen={chosen} onChoose={setChosen} /></div>
        <Select aria-label="Permission" value={newLevel} onChange={(_event, data) => setLevel(data.value)}>
          {choices.map((choice) => <option key={choice.permission_level} value={choice.permission_level} title={choice.description}>{choice.permission_level}</option>)}
        </Select>
        <Button appearance="primary" onClick={add} busy={change.isPending} disabledBecause={locked ?? (chosen ? undefined : 'Choose a user or a group first')}>Give</Button>
      </div>
      {newLevel !== '' && <Text className={styles.soft}>{newLevel}: {choices.find((choice) => choice.permission_level === newLevel)?.description}</Text>}
      <Loaded query={held} errorTitle="The permissions cannot be read">
        {({ access_control_list: entries }) => entries.length === 0 ? <Empty title="Nobody has been given anything" text="Only administrators can use it." /> : (
          <ul className={styles.list} aria-label="Permissions">
            {entries.map((entry) => {
              const own = entry.all_permissions.find((one) => !one.inherited)
              const inherited = entry.all_permissions.filter((one) => one.inherited)
              const name = nameOf(entry)
              return (
                <li key={name} className={styles.row}>
                  <span className={styles.icon} aria-hidden>{entry.group_name !== undefined ? <PeopleRegular /> : entry.user_name !== undefined ? <PersonRegular /> : <BotRegular />}</span>
                  <span className={styles.who}>
                    <span>{entry.display_name ?? name}</span>
                    {entry.display_name !== undefined && entry.display_name !== name && <span className={styles.soft}>{name}</span>}
                    {inherited.map((one, index) => <span key={`${one.permission_level}-${index}`} className={styles.soft}>{one.permission_level}, from {(one.inherited_from_object ?? []).map((from) => <Origin key={from} from={from} />)}</span>)}
                  </span>
                  {own && (
                    <>
                      <Select aria-label={`Permission of ${entry.display_name ?? name}`} value={own.permission_level} disabled={locked !== undefined} onChange={(_event, data) => change.mutate({ access_control_list: [{ ...principalOf(entry), permission_level: data.value }] })}>
                        {[...new Set([...choices.map((choice) => choice.permission_level), own.permission_level])].map((one) => <option key={one}>{one}</option>)}
                      </Select>
                      <IconButton label={`Take away from ${entry.display_name ?? name}`} icon={<DeleteRegular />} disabledBecause={locked} onClick={() => remove.mutate(entry)} />
                    </>
                  )}
                </li>
              )
            })}
          </ul>
        )}
      </Loaded>
    </div>
  )
}

/** Where a level comes down from: the API names folders by their ids, people by their paths. */
function Origin({ from }: { from: string }) {
  const id = /^\/directories\/(\d+)$/.exec(from)?.[1]
  const folder = useQuery({ queryKey: ['object', Number(id)], enabled: id !== undefined, staleTime: 60_000, queryFn: ({ signal }) => api.objectsBrowser.object({ query: { object_id: Number(id) } }, signal) })
  if (from === '/directories/' || from === '/directories') return <>the workspace</>
  return <>{folder.data?.path ?? (id === undefined ? from : 'a folder above')}</>
}
