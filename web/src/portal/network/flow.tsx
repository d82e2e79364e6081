import { Badge, Button, Dropdown, Field, Input, makeStyles, Option, Text, tokens } from '@fluentui/react-components'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { change, versions } from '../arm/arm.ts'
import { subscriptionPath } from '../arm/queries.ts'
import type { Me } from '../arm/types.ts'
import { Failed } from '../parts/states.tsx'
import type { Node } from './nodes.ts'

const useStyles = makeStyles({ form: { display: 'grid', gap: tokens.spacingHorizontalM, gridTemplateColumns: 'repeat(auto-fit, minmax(150px, 1fr))', alignItems: 'start', '@media (max-width: 480px)': { gridTemplateColumns: 'minmax(0, 1fr)' } }, answer: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalS, borderTop: `1px solid ${tokens.colorNeutralStroke2}`, paddingTop: tokens.spacingVerticalM }, line: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalS, alignItems: 'center' } })
/** As wide as its column, also on a phone. */
const narrow = { minWidth: 0 }
type Verdict = { access: 'Allow' | 'Deny'; ruleName: string; brickyardEnforcement?: string }
type Side = Verdict & { at: Node; direction: 'Outbound' | 'Inbound' }
const ports: readonly (readonly [string, string])[] = [['7077', 'Spark master'], ['15002', 'Spark Connect'], ['22', 'SSH'], ['443', 'HTTPS']]

/** A flow in words; the answer names the rule at each machine that it passes. */
export function Flow({ who, nodes, from, to, setFrom, setTo }: { who: Me; nodes: readonly Node[]; from: string; to: string; setFrom: (id: string) => void; setTo: (id: string) => void }) {
  const s = useStyles()
  const [protocol, setProtocol] = useState<'TCP' | 'UDP'>('TCP')
  const [port, setPort] = useState('')
  const [source, target] = [nodes.find((each) => each.id === from), nodes.find((each) => each.id === to)]
  const used = port || target?.port || '7077'
  const wrong = /^\d{1,5}$/.test(used) && Number(used) <= 65_535 ? undefined : 'A number from 0 to 65535.'
  const why = !source || !target ? 'Choose where the flow comes from and where it goes.' : source === target ? 'Choose two different ends.' : !source.card && !target.card ? 'One end must be a machine.' : wrong
  const ask = useMutation({
    mutationFn: async (): Promise<Side[]> => {
      if (!source || !target) return []
      const verify = async (at: Node, direction: 'Outbound' | 'Inbound', local: string, remote: string, other: Node): Promise<Side> => {
        const { body } = await change<Verdict>('POST', `${subscriptionPath(who)}/resourceGroups/NetworkWatcherRG/providers/Microsoft.Network/networkWatchers/NetworkWatcher_local/ipFlowVerify`, versions.network, {
          targetResourceId: at.id, direction, protocol, localPort: local, remotePort: remote, localIPAddress: at.address, remoteIPAddress: other.address,
        })
        return { ...body, at, direction }
      }
      return [...(source.card ? [await verify(source, 'Outbound', '50000', used, target)] : []), ...(target.card ? [await verify(target, 'Inbound', used, '50000', source)] : [])]
    },
  })
  const options = (other: string) => nodes.filter((each) => each.id !== other).map((each) => <Option key={each.id} value={each.id} text={each.name}>{`${each.name}${each.card ? ` (${each.address})` : ''}`}</Option>)
  const passes = ask.data?.every((each) => each.access === 'Allow')
  const choose = (set: (id: string) => void) => (_: unknown, { optionValue }: { optionValue?: string | undefined }) => { set(optionValue ?? ''); ask.reset() }
  return (
    <>
      <div className={s.form}>
        <Field label="From"><Dropdown style={narrow} placeholder="Choose" value={source?.name ?? ''} selectedOptions={[from]} onOptionSelect={choose(setFrom)}>{options(to)}</Dropdown></Field>
        <Field label="To"><Dropdown style={narrow} placeholder="Choose" value={target?.name ?? ''} selectedOptions={[to]} onOptionSelect={choose(setTo)}>{options(from)}</Dropdown></Field>
        <Field label="Protocol"><Dropdown style={narrow} value={protocol} selectedOptions={[protocol]} onOptionSelect={(_, { optionValue }) => { if (optionValue === 'TCP' || optionValue === 'UDP') setProtocol(optionValue); ask.reset() }}><Option value="TCP">TCP</Option><Option value="UDP">UDP</Option></Dropdown></Field>
        <Field label="Port" validationState={wrong ? 'error' : 'none'} validationMessage={wrong ?? ports.find(([number]) => number === used)?.[1] ?? null}><Input value={port} placeholder={target?.port ?? '7077'} inputMode="numeric" onChange={(_, { value }) => { setPort(value.trim()); ask.reset() }} /></Field>
      </div>
      <div><Button appearance="primary" disabledFocusable={why !== undefined || ask.isPending} title={why} onClick={() => { if (why === undefined) ask.mutate() }}>Check the flow</Button> {why && <Text size={200}>{why}</Text>}</div>
      {ask.error && <Failed error={ask.error} title="The flow could not be checked" />}
      {ask.data && ask.data.length > 0 && (
        <div className={s.answer} role="status">
          <div className={s.line}><Badge size="extra-large" color={passes ? 'success' : 'danger'}>{passes ? 'Allowed' : 'Denied'}</Badge><Text>{source?.name} → {target?.name}, {protocol} {used}</Text></div>
          {ask.data.map((each) => (
            <div key={each.direction} className={s.line}><Badge appearance="tint" color={each.access === 'Allow' ? 'success' : 'danger'}>{each.access}</Badge><Text>{each.direction === 'Outbound' ? `leaving ${each.at.name}` : `arriving at ${each.at.name}`}: {each.ruleName ? <>rule <strong>{each.ruleName.split('/').at(-1)}</strong>{each.ruleName.startsWith('default') ? ' (default)' : ''}</> : each.access === 'Allow' ? 'no security group stands before it' : 'no rule matches'}</Text></div>
          ))}
          {ask.data.some((each) => each.brickyardEnforcement !== undefined && each.brickyardEnforcement !== 'nftables') && <Text size={200}>This is what the rules say. On this host they are {ask.data[0]?.brickyardEnforcement}.</Text>}
        </div>
      )}
    </>
  )
}
