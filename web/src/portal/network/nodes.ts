import type { Me } from '../arm/types.ts'

/** Somebody that a flow may come from or go to. Those without a card are outside the network. */
export type Node = { id: string; name: string; address: string; subnet?: string; card?: string; size?: string; port?: string }

/** What machines talk to outside their network. The control plane answers on this computer's own address. */
export const outside = (who: Me): Node[] => [
  { id: 'internet', name: 'Internet', address: '203.0.113.10', port: '443' },
  { id: 'platform', name: 'Control plane', address: '127.0.0.1', port: new URL(who.links.resourceManager).port },
  { id: 'storage', name: 'Storage', address: '127.0.0.1', port: new URL(who.links.storage).port },
]
