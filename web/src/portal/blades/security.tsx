import { Badge, MessageBar, MessageBarTitle } from '@fluentui/react-components'
import { useQuery } from '@tanstack/react-query'
import { nameOf } from '../arm/ids.ts'
import { resource } from '../arm/queries.ts'
import type { Me, SecurityGroup, SecurityRule } from '../arm/types.ts'
import { Card } from '../parts/page.tsx'
import { ResourceLink } from '../parts/links.tsx'
import { Records } from '../parts/records.tsx'
import { Answer } from '../parts/states.tsx'
import { listed } from '../parts/words.ts'
import { Essentials } from './essentials.tsx'
import { MessageBody } from '../parts/message-body.tsx'

/** Whether what a group says really holds between machines here. */
export function Enforced({ said }: { said: string | undefined }) {
  const held = said === 'nftables'
  return (
    <MessageBar intent={held ? 'success' : 'warning'} layout="multiline">
      <MessageBody>
        <MessageBarTitle>{held ? 'These rules are enforced' : 'These rules are recorded, not enforced'}</MessageBarTitle>
        {held ? 'Every machine behind this group has them in its own packet filter (nftables). A change reaches new connections before it is acknowledged.' : 'Machines here are groups of processes that share this computer’s network, so nothing stands between them. With hosts of the kind netns (root on Linux) the same rules hold.'}
      </MessageBody>
    </MessageBar>
  )
}

export function SecurityOverview({ who, id }: { who: Me; id: string }) {
  const query = useQuery(resource<SecurityGroup>(id, 4_000))
  return (
    <Answer query={query}>{(it) => {
      const { securityRules: own, defaultSecurityRules: defaults, subnets = [], networkInterfaces = [], brickyardEnforcement: said } = it.properties
      const rules = (direction: 'Inbound' | 'Outbound') => [...own, ...defaults].filter((each) => each.properties.direction === direction).toSorted((a, b) => a.properties.priority - b.properties.priority)
      return (
        <>
          <Enforced said={said ?? who.networkRules} />
          <Essentials who={who} it={it} more={[
            ['Rules', `${own.length} of its own, ${defaults.length} by default`],
            ['Stands before', subnets.length + networkInterfaces.length === 0 ? 'nothing' : <span key="before">{subnets.map((each) => <div key={each.id}>subnet <ResourceLink id={each.id.split('/subnets/')[0] ?? ''} name={nameOf(each.id)} picture={false} /></div>)}{networkInterfaces.map((each) => <div key={each.id}><ResourceLink id={each.id} picture={false} /></div>)}</span>],
          ]} />
          <Card title="Inbound security rules"><Rules rules={rules('Inbound')} label="Inbound security rules" /></Card>
          <Card title="Outbound security rules"><Rules rules={rules('Outbound')} label="Outbound security rules" /></Card>
        </>
      )
    }}</Answer>
  )
}

/** The long names of a service's own rules, without the part that all share. */
const short = (name: string): string => name.replace('Microsoft.Databricks-workspaces_UseOnly_', '')

const Rules = ({ rules, label }: { rules: readonly SecurityRule[]; label: string }) => (
  <Records label={label} keyOf={(row) => row.name} rows={rules} columns={[
    { title: 'Priority', cell: (row) => row.properties.priority, align: 'end' },
    { title: 'Name', cell: (row) => <span title={row.name}>{short(row.name)}</span> },
    { title: 'Protocol', cell: (row) => (row.properties.protocol === '*' ? 'Any' : row.properties.protocol), wide: true },
    { title: 'From', cell: (row) => any(listed(row.properties.sourceAddressPrefix, row.properties.sourceAddressPrefixes)) },
    { title: 'To', cell: (row) => any(listed(row.properties.destinationAddressPrefix, row.properties.destinationAddressPrefixes)) },
    { title: 'Ports', cell: (row) => any(listed(row.properties.destinationPortRange, row.properties.destinationPortRanges)) },
    { title: 'Action', cell: (row) => <Badge appearance="tint" color={row.properties.access === 'Allow' ? 'success' : 'danger'}>{row.properties.access}</Badge> },
  ]} />
)
const any = (text: string): string => (text === '*' ? 'Any' : text)
