import { Button, Combobox, Dropdown, Field, Input, makeStyles, Option, Radio, RadioGroup, Spinner, Tab, TabList, Text, tokens } from '@fluentui/react-components'
import { Add20Regular, Dismiss20Regular } from '@fluentui/react-icons'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { change, versions } from '../arm/arm.ts'
import { useWhyNot } from '../arm/allowed.ts'
import { kindOf } from '../arm/kinds.ts'
import { groupIdOf } from '../arm/ids.ts'
import { groups, resources, subscriptionPath, useMe } from '../arm/queries.ts'
import type { Databricks, Me } from '../arm/types.ts'
import { begin } from '../frame/notices.ts'
import { Because } from '../parts/because.tsx'
import { Facts } from '../parts/facts.tsx'
import { Card, Page } from '../parts/page.tsx'
import { Failed } from '../parts/states.tsx'
import { groupNameTrouble, managedGroupName, prefixTrouble, tagTrouble, workspaceNameTrouble } from './rules.ts'

const route = getRouteApi('/create/databricks')
const useStyles = makeStyles({ form: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalM, maxWidth: '640px' }, bar: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalS, position: 'sticky', bottom: 0, backgroundColor: tokens.colorNeutralBackground1, paddingBlock: tokens.spacingVerticalM, borderTop: `1px solid ${tokens.colorNeutralStroke2}` }, tag: { display: 'grid', gridTemplateColumns: 'minmax(0,1fr) minmax(0,1fr) auto', gap: tokens.spacingHorizontalS, alignItems: 'center' }, tabs: { borderBottom: `1px solid ${tokens.colorNeutralStroke2}`, overflowX: 'auto' } })
const tabs = [{ id: 'basics', title: 'Basics' }, { id: 'networking', title: 'Networking' }, { id: 'tags', title: 'Tags' }, { id: 'review', title: 'Review + create' }] as const
type TabId = (typeof tabs)[number]['id']
const tiers = { premium: 'Premium', standard: 'Standard', trial: 'Trial' } as const

export function CreateDatabricksPage() {
  const who = useMe()
  return who ? <Form who={who} /> : null
}

type Wish = { group: string; name: string; tier: keyof typeof tiers; managed: string; prefix: string; tags: readonly { name: string; value: string }[] }

function Form({ who }: { who: Me }) {
  const s = useStyles()
  const { group: given } = route.useSearch()
  const navigate = useNavigate()
  const queries = useQueryClient()
  const sets = useQuery(groups(who)).data ?? []
  const all = useQuery(resources(who)).data ?? []
  const [tab, setTab] = useState<TabId>('basics')
  const [wish, setWish] = useState<Wish>({ group: given ?? '', name: '', tier: 'premium', managed: '', prefix: '10.139', tags: [] })
  const [touched, setTouched] = useState<ReadonlySet<string>>(new Set())
  const [generated, setGenerated] = useState('')
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>()
  const edit = (part: Partial<Wish>) => {
    setWish({ ...wish, ...part })
    setTouched(new Set([...touched, ...Object.keys(part)]))
    if (part.name !== undefined) setGenerated(part.name === '' ? '' : managedGroupName(part.name))
  }
  const existing = sets.find((each) => each.name.toLowerCase() === wish.group.trim().toLowerCase())
  const groupId = existing?.id ?? `${subscriptionPath(who)}/resourceGroups/${wish.group.trim()}`
  const managed = wish.managed.trim() || generated
  const taken = all.filter((each) => kindOf(each.type).icon === 'databricks' && groupIdOf(each.id).toLowerCase() === groupId.toLowerCase()).map((each) => each.name)
  const troubles = {
    group: wish.group.trim() === '' ? 'Choose a resource group, or enter the name of a new one.' : existing?.managedBy ? `${existing.name} is managed by a service and locked; choose another one.` : existing ? undefined : groupNameTrouble(wish.group.trim(), []),
    name: workspaceNameTrouble(wish.name, taken),
    managed: wish.managed.trim() === '' ? undefined : (groupNameTrouble(wish.managed.trim(), sets.map((each) => each.name)) ?? (wish.managed.trim().toLowerCase() === wish.group.trim().toLowerCase() ? 'It must be another one than the service’s own resource group.' : undefined)),
    prefix: prefixTrouble(wish.prefix),
    tags: wish.tags.map((each) => tagTrouble(each.name, each.value)).find((each) => each !== undefined) ?? (new Set(wish.tags.map((each) => each.name.toLowerCase())).size < wish.tags.length ? 'Two tags have the same name.' : undefined),
  }
  const wrong = Object.values(troubles).filter((each) => each !== undefined)
  const why = useWhyNot(existing?.id ?? subscriptionPath(who))(existing ? 'Microsoft.Databricks/workspaces/write' : 'Microsoft.Resources/subscriptions/resourceGroups/write')
  const shown = (field: keyof typeof troubles) => (touched.has(field) || tab === 'review' ? troubles[field] : undefined)
  const state = (field: keyof typeof troubles) => ({ validationState: shown(field) ? 'error' as const : touched.has(field) && !troubles[field] ? 'success' as const : 'none' as const, validationMessage: shown(field) ?? (touched.has(field) ? { group: existing ? undefined : `A new resource group ${wish.group.trim()} will be made.`, name: 'This name is free.', managed: undefined, prefix: `${wish.prefix}.0.0/16`, tags: undefined }[field] : undefined) ?? null })

  async function create() {
    setBusy(true)
    setError(undefined)
    try {
      if (!existing) await change('PUT', groupId, versions.resources, { location: 'local' })
      const id = `${groupId}/providers/Microsoft.Databricks/workspaces/${wish.name}`
      const started = await begin({
        title: `Create Azure Databricks Service ${wish.name}`, done: `${wish.name} is ready: launch its workspace.`, link: `/resource${id}`,
        start: () => change<Databricks>('PUT', id, versions.databricks, {
          location: 'local', sku: { name: wish.tier }, tags: Object.fromEntries(wish.tags.filter((each) => each.name !== '').map((each) => [each.name, each.value])),
          properties: { computeMode: 'Hybrid', managedResourceGroupId: `${subscriptionPath(who)}/resourceGroups/${managed}`, parameters: { enableNoPublicIp: { type: 'Bool', value: true }, vnetAddressPrefix: { type: 'String', value: wish.prefix } } },
        }),
      })
      await queries.invalidateQueries({ queryKey: ['arm'] })
      await navigate({ to: '/create/progress', search: { id, ...(started.follow ? { follow: started.follow } : {}) } })
    } catch (failure) {
      setError(failure)
      setBusy(false)
    }
  }
  const at = tabs.findIndex((each) => each.id === tab)
  const submit = () => { if (tab === 'review' && wrong.length === 0 && !busy && why === undefined) void create(); else if (tab !== 'review') setTab('review') }
  return (
    <Page title="Create an Azure Databricks Service" icon="databricks" crumbs={[{ title: 'Home', to: '/' }, { title: 'Create a resource', to: '/create' }]}>
      <TabList className={s.tabs} selectedValue={tab} onTabSelect={(_, { value }) => { const next = tabs.find((each) => each.id === value); if (next) setTab(next.id) }}>{tabs.map((each) => <Tab key={each.id} value={each.id}>{each.title}</Tab>)}</TabList>
      <form className={s.form} onSubmit={(event) => { event.preventDefault(); submit() }}>
        {tab === 'basics' && (
          <>
            <Text>A workspace for notebooks, clusters and data. It gets a managed resource group of its own with a network, a security group and a locked storage account.</Text>
            <Field label="Subscription"><Input value={who.subscription.name} readOnly /></Field>
            <Field label="Resource group" required hint="Choose one, or enter a new name." {...state('group')}>
              <Combobox freeform placeholder="Choose or enter a name" value={wish.group} selectedOptions={existing ? [existing.name] : []} onChange={(event) => edit({ group: event.target.value })} onOptionSelect={(_, { optionValue }) => edit({ group: optionValue ?? '' })} autoComplete="off">
                {sets.filter((each) => !each.managedBy).map((each) => <Option key={each.id} value={each.name}>{each.name}</Option>)}
              </Combobox>
            </Field>
            <Field label="Workspace name" required {...state('name')}><Input value={wish.name} onChange={(_, { value }) => edit({ name: value })} autoComplete="off" spellCheck={false} maxLength={80} /></Field>
            <Field label="Region"><Dropdown value="Local (this machine)" selectedOptions={['local']}><Option value="local">Local (this machine)</Option></Dropdown></Field>
            <Field label="Pricing tier" hint="Recorded with the service. Here every tier has everything."><RadioGroup value={wish.tier} onChange={(_, { value }) => { if (value === 'premium' || value === 'standard' || value === 'trial') edit({ tier: value }) }}>{Object.entries(tiers).map(([value, label]) => <Radio key={value} value={value} label={label} />)}</RadioGroup></Field>
            <Field label="Managed resource group name" hint="Leave it empty to have one made up." {...state('managed')}><Input value={wish.managed} placeholder={generated} onChange={(_, { value }) => edit({ managed: value })} autoComplete="off" spellCheck={false} /></Field>
          </>
        )}
        {tab === 'networking' && (
          <>
            <Field label="Virtual network address prefix" required hint="The first two octets of a private /16 network. Networks of different services may overlap." {...state('prefix')}><Input value={wish.prefix} onChange={(_, { value }) => edit({ prefix: value })} spellCheck={false} autoComplete="off" /></Field>
            <Field label="Secure cluster connectivity (no public addresses)"><Input value="Yes" readOnly /></Field>
            <Text size={200}>Machines have private addresses only and dial out to the workspace. A virtual network of your own is not supported yet.</Text>
          </>
        )}
        {tab === 'tags' && (
          <>
            <Text>Tags are names and values to find and group resources by. They are put on everything the service makes.</Text>
            {wish.tags.map((each, index) => {
              const change = (part: Partial<{ name: string; value: string }>) => edit({ tags: wish.tags.map((one, at) => (at === index ? { ...one, ...part } : one)) })
              return <div key={index} className={s.tag}><Input aria-label={`Name of tag ${index + 1}`} placeholder="Name" value={each.name} onChange={(_, { value }) => change({ name: value })} /><Input aria-label={`Value of tag ${index + 1}`} placeholder="Value" value={each.value} onChange={(_, { value }) => change({ value })} /><Button appearance="subtle" aria-label={`Remove tag ${index + 1}`} icon={<Dismiss20Regular />} onClick={() => edit({ tags: wish.tags.filter((_, at) => at !== index) })} /></div>
            })}
            {troubles.tags && <Text role="alert">{troubles.tags}</Text>}
            <div><Button icon={<Add20Regular />} onClick={() => edit({ tags: [...wish.tags, { name: '', value: '' }] })}>Add a tag</Button></div>
          </>
        )}
        {tab === 'review' && (
          <>
            {wrong.length > 0 ? <Failed title="Not yet" error={new Error(wrong.join(' '))} /> : <Text role="status"><strong>Validation passed.</strong> Nothing has been made yet.</Text>}
            <Card title="What will be made"><Facts facts={[['Workspace', wish.name || '—'], ['Resource group', wish.group ? `${wish.group}${existing ? '' : ' (new)'}` : '—'], ['Managed resource group', managed || '—'], ['Region', 'Local'], ['Pricing tier', tiers[wish.tier]], ['Virtual network', `${wish.prefix}.0.0/16`], ['Public addresses', 'None'], ['Tags', wish.tags.filter((each) => each.name).map((each) => `${each.name}: ${each.value}`).join(', ') || 'None']]} /></Card>
          </>
        )}
        {error !== undefined && <Failed error={error} title="The service was not created" />}
        <div className={s.bar}>
          {tab === 'review'
            ? <Because type="submit" appearance="primary" why={wrong.length > 0 ? `Correct first: ${wrong[0] ?? ''}` : why} icon={busy ? <Spinner size="tiny" /> : null} disabled={busy}>Create</Because>
            : <Button type="submit" appearance="primary">Review + create</Button>}
          {at > 0 && <Button disabled={busy} onClick={() => setTab(tabs[at - 1]?.id ?? 'basics')}>Previous</Button>}
          {at < tabs.length - 1 && <Button onClick={() => setTab(tabs[at + 1]?.id ?? 'review')}>Next: {tabs[at + 1]?.title}</Button>}
        </div>
      </form>
    </Page>
  )
}
