import { Dropdown, Option, Text } from '@fluentui/react-components'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { versions } from '../arm/arm.ts'
import { nameOf, sameId } from '../arm/ids.ts'
import { inSubscription, useMe } from '../arm/queries.ts'
import type { Card as NetworkCard, Machine, Me, Network } from '../arm/types.ts'
import { cardsAt } from '../blades/network.tsx'
import { Enforced } from '../blades/security.tsx'
import { ResourceLink } from '../parts/links.tsx'
import { Card, Page } from '../parts/page.tsx'
import { Answer, Empty } from '../parts/states.tsx'
import { Icon } from '../parts/icon.tsx'
import { Flow } from './flow.tsx'
import { Picture } from './picture.tsx'
import { outside, type Node } from './nodes.ts'

const route = getRouteApi('/network')

export function NetworkPage() {
  const who = useMe()
  return who ? <View who={who} /> : null
}

function View({ who }: { who: Me }) {
  const { network: wanted } = route.useSearch()
  const navigate = useNavigate()
  const networks = useQuery(inSubscription<Network>(who, 'Microsoft.Network/virtualNetworks', versions.network))
  const cards = useQuery(inSubscription<NetworkCard>(who, 'Microsoft.Network/networkInterfaces', versions.network)).data ?? []
  const machines = useQuery(inSubscription<Machine>(who, 'Microsoft.Compute/virtualMachines', versions.compute)).data ?? []
  const [from, setFrom] = useState('')
  const [to, setTo] = useState('')
  const all = networks.data ?? []
  const it = all.find((each) => sameId(each.id, wanted)) ?? all.toSorted((a, b) => peopled(b, cards) - peopled(a, cards))[0]
  const nodes: Node[] = it ? [...it.properties.subnets.flatMap((subnet) => cardsAt(cards, subnet.id).flatMap((card): Node[] => {
    const machine = card.properties.virtualMachine?.id
    const address = card.properties.ipConfigurations[0]?.properties.privateIPAddress
    if (!machine || !address) return []
    return [{ id: machine, name: nameOf(machine), address, subnet: subnet.name, card: card.id, size: machines.find((each) => sameId(each.id, machine))?.properties.hardwareProfile.vmSize ?? '' }]
  })), ...outside(who)] : []
  /** First click: where from; second: where to; a third begins again. */
  const pick = (id: string) => {
    if (from === '' || (from !== '' && to !== '')) { setFrom(id); setTo('') } else if (id === from) setFrom('')
    else setTo(id)
  }
  return (
    <Page title="Network" icon="network" kind={it ? `${it.name} · ${it.properties.addressSpace.addressPrefixes.join(', ')}` : 'Virtual networks, who is in them, and which rule decides'} crumbs={[{ title: 'Home', to: '/' }]} commands={all.length > 0 && (
      <Dropdown aria-label="Virtual network" style={{ minWidth: 0, maxWidth: '100%', overflow: 'hidden' }} value={it ? label(it) : ''} selectedOptions={it ? [it.id] : []} onOptionSelect={(_, { optionValue }) => { setFrom(''); setTo(''); void navigate({ to: '/network', search: optionValue ? { network: optionValue } : {} }) }}>{all.map((each) => <Option key={each.id} value={each.id} text={label(each)}>{label(each)}</Option>)}</Dropdown>
    )}>
      <Answer query={networks}>{(list) => list.length === 0 || !it
        ? <Empty title="No virtual networks yet" picture={<Icon name="network" size={48} />}>Every Azure Databricks Service brings one; machines join it while clusters run.</Empty>
        : <>
            <Enforced said={who.networkRules} />
            <Card title="Who is where">
              <Text size={200}>Click a machine or a place outside to choose where a flow comes from, and another to choose where it goes.</Text>
              <Picture network={it} nodes={nodes} from={from} to={to} pick={pick} />
              <Text size={200}>Open: <ResourceLink id={it.id} picture={false} />{it.properties.subnets.flatMap((each) => each.properties.networkSecurityGroup?.id ?? []).filter((id, index, ids) => ids.indexOf(id) === index).map((id) => <span key={id}> · <ResourceLink id={id} picture={false} /></span>)}</Text>
            </Card>
            <Card title="Which rule decides about a flow">{nodes.some((each) => each.card) ? <Flow who={who} nodes={nodes} from={from} to={to} setFrom={setFrom} setTo={setTo} /> : <Text>No machine is in this network now. Start a cluster, then ask again.</Text>}</Card>
          </>}</Answer>
    </Page>
  )
}
const label = (network: Network): string => `${network.name} (${network.id.split('/')[4] ?? ''})`
const peopled = (network: Network, cards: readonly NetworkCard[]): number => network.properties.subnets.reduce((sum, subnet) => sum + cardsAt(cards, subnet.id).length, 0)
