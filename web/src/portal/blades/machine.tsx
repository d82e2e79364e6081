import { makeStyles, MessageBar, MessageBarTitle, Text, tokens } from '@fluentui/react-components'
import { ArrowClockwise20Regular, ArrowSync20Regular, Play20Regular, Stop20Regular } from '@fluentui/react-icons'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { change, versions } from '../arm/arm.ts'
import { useWhyNot } from '../arm/allowed.ts'
import { nameOf } from '../arm/ids.ts'
import { resource } from '../arm/queries.ts'
import type { Card as NetworkCard, Machine, Me } from '../arm/types.ts'
import { begin } from '../frame/notices.ts'
import { sizes } from '../pages/quota.tsx'
import { Because } from '../parts/because.tsx'
import { Confirm } from '../parts/confirm.tsx'
import { Copied } from '../parts/facts.tsx'
import { ResourceLink } from '../parts/links.tsx'
import { Card } from '../parts/page.tsx'
import { Answer, State } from '../parts/states.tsx'
import { memory, when } from '../parts/words.ts'
import { Chart } from './chart.tsx'
import { Essentials } from './essentials.tsx'
import { History } from './history.tsx'
import { instanceView, powerOf, useSamples } from './machine-now.tsx'
import { MessageBody } from '../parts/message-body.tsx'

const useStyles = makeStyles({ charts: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalXXL } })
const machine = (id: string) => resource<Machine>(id, 4_000)

export function MachineOverview({ who, id }: { who: Me; id: string }) {
  const query = useQuery(machine(id))
  const view = useQuery(instanceView(id)).data
  const known = useQuery(sizes(who)).data
  const card = useQuery({ ...resource<NetworkCard>(query.data?.properties.networkProfile.networkInterfaces[0]?.id ?? ''), enabled: query.data !== undefined }).data
  const said = view?.statuses.find((each) => each.message !== undefined && each.code.startsWith('PowerState'))?.message
  return (
    <Answer query={query}>{(it) => {
      const size = known?.find((each) => each.name === it.properties.hardwareProfile.vmSize)
      const ip = card?.properties.ipConfigurations[0]?.properties
      const disk = it.properties.storageProfile.osDisk?.managedDisk?.id
      return (
        <>
          {said && <MessageBar intent="warning" layout="multiline"><MessageBody><MessageBarTitle>About this machine</MessageBarTitle>{said}</MessageBody></MessageBar>}
          <Essentials who={who} it={it} more={[
            ['Status', <State key="state" value={powerOf(view)} />],
            ['Size', `${it.properties.hardwareProfile.vmSize}${size ? ` (${size.numberOfCores} cores, ${memory(size.memoryInMB)})` : ''}`],
            ['Private address', ip?.privateIPAddress ? <Copied key="ip" text={ip.privateIPAddress} what="the address" /> : '—'],
            ['Virtual network / subnet', ip ? <ResourceLink key="net" id={ip.subnet.id.split('/subnets/')[0] ?? ''} name={`${nameOf(ip.subnet.id.split('/subnets/')[0] ?? '')} / ${nameOf(ip.subnet.id)}`} picture={false} /> : '—'],
            ['Network interface', card ? <ResourceLink key="card" id={card.id} picture={false} /> : '—'],
            ['Disk', disk ? <ResourceLink key="disk" id={disk} picture={false} /> : '—'],
            ['Operating system', 'Linux'],
            ['Booted', view?.brickyard?.bootedAt ? when(view.brickyard.bootedAt) : '—'],
            ['Host', view?.brickyard ? `${view.brickyard.host} · network rules: ${view.brickyard.networkRules}` : ''],
            ['Processes', view?.brickyard ? String(view.brickyard.processes) : ''],
          ]} />
          <Card title="CPU and memory now"><Now id={id} power={powerOf(view)} cores={size?.numberOfCores} memoryMb={size?.memoryInMB} /></Card>
          {size && <Card title="The last hour"><History id={id} memoryMb={size.memoryInMB} /></Card>}
        </>
      )
    }}</Answer>
  )
}

function Now({ id, power, cores = 1, memoryMb = 1024 }: { id: string; power: string; cores: number | undefined; memoryMb: number | undefined }) {
  const s = useStyles()
  const samples = useSamples(id)
  const last = samples.at(-1)
  if (power === 'Hibernated') return <Text>The machine is hibernated: its memory is kept, nothing computes.</Text>
  if (power !== 'Running') return <Text>The machine is {power.toLowerCase()}: it uses nothing.</Text>
  if (!last) return <Text>Measuring…</Text>
  return (
    <div className={s.charts}>
      <Chart title="CPU" values={samples.map((each) => each.cores)} most={cores} shown={`${last.cores.toFixed(2)} of ${cores} cores (${Math.round((100 * last.cores) / cores)} %)`} />
      <Chart title="Memory" values={samples.map((each) => each.memoryMb)} most={memoryMb} shown={`${memory(last.memoryMb)} of ${memory(memoryMb)}`} />
    </div>
  )
}

const actions = {
  start: { title: 'Start', doing: 'Start', done: 'runs.', from: ['Stopped', 'Deallocated', 'Hibernated'] },
  restart: { title: 'Restart', doing: 'Restart', done: 'was restarted.', from: ['Running', 'Stopped'] },
  deallocate: { title: 'Stop', doing: 'Stop', done: 'is deallocated; its disk is kept.', from: ['Running', 'Stopped', 'Hibernated'] },
} as const
type Action = keyof typeof actions

export function MachineCommands({ id }: { id: string }) {
  const queries = useQueryClient()
  const [asked, setAsked] = useState<Action | null>(null)
  const view = useQuery(instanceView(id)).data
  const why = useWhyNot(id)
  const power = powerOf(view)
  const name = nameOf(id)
  const reason = (action: Action): string | undefined => {
    const from: readonly string[] = actions[action].from
    if (view && !from.includes(power)) return `The machine is ${power.toLowerCase()}.`
    return why(`Microsoft.Compute/virtualMachines/${action}/action`)
  }
  const run = async (action: Action) => {
    await begin({ title: `${actions[action].doing} ${name}`, done: `${name} ${actions[action].done}`, link: `/resource${id}`, start: () => change('POST', `${id}/${action}`, versions.compute) })
    await queries.invalidateQueries({ queryKey: ['arm'] })
  }
  return (
    <>
      <Because why={reason('start')} appearance="subtle" icon={<Play20Regular />} onClick={() => setAsked('start')}>Start</Because>
      <Because why={reason('restart')} appearance="subtle" icon={<ArrowSync20Regular />} onClick={() => setAsked('restart')}>Restart</Because>
      <Because why={reason('deallocate')} appearance="subtle" icon={<Stop20Regular />} onClick={() => setAsked('deallocate')}>Stop</Because>
      <Because appearance="subtle" icon={<ArrowClockwise20Regular />} onClick={() => void queries.invalidateQueries({ queryKey: ['arm'] })}>Refresh</Because>
      {asked && (
        <Confirm title={`${actions[asked].title} ${name}?`} verb={actions[asked].title} close={() => setAsked(null)} act={() => run(asked)}>
          <Text>{asked === 'start' ? 'Its size is taken from the region’s quota again.' : asked === 'restart' ? 'What runs on it ends; its disk is kept.' : 'What runs on it ends and its memory is lost; its disk is kept, and its size is given back to the region’s quota.'}</Text>
        </Confirm>
      )}
    </>
  )
}
