import { ArrowClockwise20Regular, Delete20Regular } from '@fluentui/react-icons'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { change, versionOf } from '../arm/arm.ts'
import { useWhyNot } from '../arm/allowed.ts'
import { kindOf } from '../arm/kinds.ts'
import { groupIdOf, nameOf } from '../arm/ids.ts'
import { resource } from '../arm/queries.ts'
import type { Card as NetworkCard, Me, Resource } from '../arm/types.ts'
import { begin } from '../frame/notices.ts'
import { Because } from '../parts/because.tsx'
import { Confirm, GoesAndStays } from '../parts/confirm.tsx'
import { ResourceLink } from '../parts/links.tsx'
import { Answer } from '../parts/states.tsx'
import { Essentials, type Fact } from './essentials.tsx'

/** Resources without a page of their own: the essentials, and simple values as they are. */
export function PlainOverview({ who, it }: { who: Me; it: Resource }) {
  const more = Object.entries(it.properties).flatMap(([name, value]): Fact[] => (name !== 'provisioningState' && ['string', 'number', 'boolean'].includes(typeof value) ? [[inWords(name), linked(String(value))]] : []))
  return <Essentials who={who} it={it} more={more} />
}
const inWords = (name: string): string => (name === 'brickyardEnforcement' ? 'Effect here' : name.slice(0, 1).toUpperCase() + name.slice(1).replaceAll(/([A-Z])/g, (letter) => ` ${letter.toLowerCase()}`))
const linked = (value: string) => (value.startsWith('/subscriptions/') ? <ResourceLink id={value} picture={false} /> : value)

export function CardOverview({ who, id }: { who: Me; id: string }) {
  const query = useQuery(resource<NetworkCard>(id))
  return (
    <Answer query={query}>{(it) => {
      const ip = it.properties.ipConfigurations[0]?.properties
      const network = ip?.subnet.id.split('/subnets/')[0] ?? ''
      return <Essentials who={who} it={it} more={[
        ['Private address', ip?.privateIPAddress ?? ''], ['Network', <ResourceLink key="network" id={network} picture={false} />], ['Subnet', nameOf(ip?.subnet.id ?? '')],
        ['Attached to', it.properties.virtualMachine ? <ResourceLink key="vm" id={it.properties.virtualMachine.id} picture={false} /> : 'nothing'], ['MAC address', it.properties.macAddress ?? ''],
      ]} />
    }}</Answer>
  )
}

export function PlainCommands({ it }: { it: Resource }) {
  const queries = useQueryClient()
  const navigate = useNavigate()
  const [deleting, setDeleting] = useState(false)
  const why = useWhyNot(it.id)
  const label = kindOf(it.type).label
  return (
    <>
      <Because why={why(`${it.type}/delete`)} appearance="subtle" icon={<Delete20Regular />} onClick={() => setDeleting(true)}>Delete</Because>
      <Because appearance="subtle" icon={<ArrowClockwise20Regular />} onClick={() => void queries.invalidateQueries({ queryKey: ['arm'] })}>Refresh</Because>
      {deleting && (
        <Confirm title={`Delete ${it.name}?`} verb="Delete" typed={it.name} close={() => setDeleting(false)} act={async () => {
          await begin({ title: `Delete ${label.toLowerCase()} ${it.name}`, done: `${it.name} is gone.`, start: () => change('DELETE', it.id, versionOf(it.id)) })
          await queries.invalidateQueries({ queryKey: ['arm'] })
          void navigate({ to: '/resource/$', params: { _splat: groupIdOf(it.id).slice(1) } })
        }}>
          <GoesAndStays goes={[<>{label} <strong>{it.name}</strong>{kindOf(it.type).icon === 'storage' && ' and all data in it'}</>]} stays={['Everything else in its resource group']} />
        </Confirm>
      )}
    </>
  )
}
