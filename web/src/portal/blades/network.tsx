import { Text } from '@fluentui/react-components'
import { useQuery } from '@tanstack/react-query'
import { resource } from '../arm/queries.ts'
import { nameOf, sameId } from '../arm/ids.ts'
import { inSubscription } from '../arm/queries.ts'
import { versions } from '../arm/arm.ts'
import type { Card as NetworkCard, Me, Network } from '../arm/types.ts'
import { Go, ResourceLink } from '../parts/links.tsx'
import { Card } from '../parts/page.tsx'
import { Records } from '../parts/records.tsx'
import { Answer } from '../parts/states.tsx'
import { Essentials } from './essentials.tsx'

/** Who sits where. */
export const cardsAt = (cards: readonly NetworkCard[], subnet: string) => cards.filter((card) => card.properties.ipConfigurations.some((each) => sameId(each.properties.subnet.id, subnet)))

export function NetworkOverview({ who, id }: { who: Me; id: string }) {
  const query = useQuery(resource<Network>(id, 4_000))
  const cards = useQuery(inSubscription<NetworkCard>(who, 'Microsoft.Network/networkInterfaces', versions.network)).data ?? []
  return (
    <Answer query={query}>{(it) => (
      <>
        <Essentials who={who} it={it} more={[['Address space', it.properties.addressSpace.addressPrefixes.join(', ')], ['Network view', <Go key="view" to="/network" search={{ network: it.id }}>Draw it, and ask which rule decides</Go>]]} />
        <Card title="Subnets">
          <Records label="Subnets" keyOf={(row) => row.id} rows={it.properties.subnets} columns={[
            { title: 'Name', cell: (row) => row.name },
            { title: 'Addresses', cell: (row) => row.properties.addressPrefix ?? '' },
            { title: 'Security group', cell: (row) => (row.properties.networkSecurityGroup ? <ResourceLink id={row.properties.networkSecurityGroup.id} picture={false} /> : 'None: everything passes'), wide: true },
            { title: 'Delegated to', cell: (row) => row.properties.delegations?.flatMap((each) => each.properties?.serviceName ?? []).join(', ') || '—', wide: true },
            { title: 'In use', cell: (row) => cardsAt(cards, row.id).length },
          ]} />
        </Card>
        <Card title="Connected devices">
          {it.properties.subnets.every((subnet) => cardsAt(cards, subnet.id).length === 0)
            ? <Text>Nobody is in this network now. The machines of clusters join it while they run.</Text>
            : <Records label="Connected devices" keyOf={(row) => row.card.id} rows={it.properties.subnets.flatMap((subnet) => cardsAt(cards, subnet.id).map((card) => ({ subnet, card })))} columns={[
              { title: 'Machine', cell: ({ card }) => (card.properties.virtualMachine ? <ResourceLink id={card.properties.virtualMachine.id} /> : '—'), by: ({ card }) => nameOf(card.properties.virtualMachine?.id ?? '') },
              { title: 'Address', cell: ({ card }) => card.properties.ipConfigurations[0]?.properties.privateIPAddress ?? '', by: ({ card }) => card.properties.ipConfigurations[0]?.properties.privateIPAddress ?? '' },
              { title: 'Subnet', cell: ({ subnet }) => subnet.name, by: ({ subnet }) => subnet.name },
              { title: 'Network interface', cell: ({ card }) => <ResourceLink id={card.id} picture={false} />, wide: true },
            ]} />}
        </Card>
      </>
    )}</Answer>
  )
}
