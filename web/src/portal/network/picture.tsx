import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components'
import type { KeyboardEvent } from 'react'
import type { Network } from '../arm/types.ts'
import type { Node } from './nodes.ts'

const useStyles = makeStyles({
  scroll: { overflowX: 'auto' },
  network: { fill: tokens.colorNeutralBackground2, stroke: tokens.colorBrandStroke2, strokeWidth: 1.5 },
  subnet: { fill: tokens.colorNeutralBackground1, stroke: tokens.colorNeutralStroke1, strokeDasharray: '5 4' },
  text: { fill: tokens.colorNeutralForeground1, fontSize: '13px', fontFamily: tokens.fontFamilyBase },
  soft: { fill: tokens.colorNeutralForeground2, fontSize: '11.5px', fontFamily: tokens.fontFamilyBase },
  node: { cursor: 'pointer', ':focus-visible': { outline: 'none' }, ':focus-visible > rect': { stroke: tokens.colorStrokeFocus2, strokeWidth: 3 }, ':hover > rect': { fill: tokens.colorNeutralBackground1Hover } },
  box: { fill: tokens.colorNeutralBackground1, stroke: tokens.colorNeutralStroke1 },
  from: { fill: tokens.colorBrandBackground2, stroke: tokens.colorBrandStroke1, strokeWidth: 2.5 },
  to: { fill: tokens.colorPaletteGreenBackground1, stroke: tokens.colorPaletteGreenBorderActive, strokeWidth: 2.5 },
  flow: { stroke: tokens.colorBrandStroke1, strokeWidth: 2.5, fill: 'none' },
  head: { fill: tokens.colorBrandStroke1 },
})
const [width, tall, wide, gap] = [176, 54, 3, 14]
type Place = { node: Node; x: number; y: number }
const cut = (text: string, most: number): string => (text.length > most ? `${text.slice(0, most - 1)}…` : text)

/** The network with its subnets and machines, and the places outside. Everything in it can be reached and chosen by keyboard. */
export function Picture({ network, nodes, from, to, pick }: { network: Network; nodes: readonly Node[]; from: string; to: string; pick: (id: string) => void }) {
  const s = useStyles()
  const inner = wide * width + (wide + 1) * gap
  let y = 44
  const subnets = network.properties.subnets.map((subnet) => {
    const members = nodes.filter((node) => node.subnet === subnet.name)
    const rows = Math.max(1, Math.ceil(members.length / wide))
    const box = { subnet, top: y, height: 34 + rows * (tall + gap) + gap }
    const places = members.map((node, index): Place => ({ node, x: 30 + gap + (index % wide) * (width + gap), y: y + 34 + Math.floor(index / wide) * (tall + gap) }))
    y += box.height + 14
    return { ...box, places }
  })
  const height = Math.max(y, 44 + 3 * (tall + 30)) + 8
  const away = nodes.filter((node) => node.card === undefined).map((node, index): Place => ({ node, x: inner + 110, y: 44 + index * (tall + 30) }))
  const places = [...subnets.flatMap((each) => each.places), ...away]
  const [start, end] = [places.find((each) => each.node.id === from), places.find((each) => each.node.id === to)]
  const one = ({ node, x, y: top }: Place) => {
    const role = node.id === from ? 'from here' : node.id === to ? 'to here' : ''
    const onKeyDown = (event: KeyboardEvent) => { if (event.key === 'Enter' || event.key === ' ') { event.preventDefault(); pick(node.id) } }
    return (
      <g key={node.id} role="button" tabIndex={0} aria-pressed={role !== ''} className={s.node} onClick={() => pick(node.id)} onKeyDown={onKeyDown}>
        <rect x={x} y={top} width={width} height={tall} rx={6} className={mergeClasses(s.box, node.id === from && s.from, node.id === to && s.to)} />
        <text x={x + 12} y={top + 22} className={s.text}>{cut(node.name, 23)}</text>
        <text x={x + 12} y={top + 40} className={s.soft}>{cut([node.card ? node.address : node.id === 'internet' ? 'any address' : `port ${node.port ?? ''}`, node.size].filter(Boolean).join(' · '), 30)}</text>
      </g>
    )
  }
  return (
    <div className={s.scroll} tabIndex={0} role="group" aria-label="Picture of the network">
      <svg viewBox={`0 0 ${inner + 110 + width + 12} ${height}`} width={inner + 110 + width + 12} height={height} role="group" aria-label={`Virtual network ${network.name}`}>
        <defs><marker id="arrow" viewBox="0 0 10 10" refX="8" refY="5" markerWidth="8" markerHeight="8" orient="auto-start-reverse"><path d="M0 0 10 5 0 10z" className={s.head} /></marker></defs>
        <rect x={6} y={6} width={inner + 48} height={height - 12} rx={10} className={s.network} />
        <text x={22} y={30} className={s.text}>{network.name} · {network.properties.addressSpace.addressPrefixes.join(', ')}</text>
        {subnets.map(({ subnet, top, height: high, places: members }) => (
          <g key={subnet.id}>
            <rect x={24} y={top} width={inner + 12} height={high} rx={8} className={s.subnet} />
            <text x={36} y={top + 22} className={s.soft}>{subnet.name} · {subnet.properties.addressPrefix}{members.length === 0 ? ' · nobody' : ''}</text>
          </g>
        ))}
        {places.map(one)}
        {start && end && <path d={curve(start, end)} className={s.flow} markerEnd="url(#arrow)" />}
      </svg>
    </div>
  )
}

function curve(a: Place, b: Place): string {
  const middle = tall / 2
  if (a.x === b.x) return `M${a.x + width} ${a.y + middle} C ${a.x + width + 46} ${a.y + middle}, ${b.x + width + 46} ${b.y + middle}, ${b.x + width} ${b.y + middle}`
  const [x1, x2] = a.x < b.x ? [a.x + width, b.x] : [a.x, b.x + width]
  return `M${x1} ${a.y + middle} C ${(x1 + x2) / 2} ${a.y + middle}, ${(x1 + x2) / 2} ${b.y + middle}, ${x2} ${b.y + middle}`
}
