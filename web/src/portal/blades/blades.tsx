import type { ReactNode } from 'react'
import type { IconName } from '../arm/kinds.ts'
import type { Me, Resource } from '../arm/types.ts'
import { DatabricksCommands, DatabricksOverview } from './databricks.tsx'
import { CardOverview, PlainCommands, PlainOverview } from './plain.tsx'
import { GroupCommands, GroupOverview } from './group.tsx'
import { MachineCommands, MachineOverview } from './machine.tsx'
import { SerialLog } from './serial-log.tsx'
import { NetworkOverview } from './network.tsx'
import { SecurityOverview } from './security.tsx'
import { Containers, Keys, StorageOverview } from './storage.tsx'

export type Section = { id: string; title: string; show: (who: Me, it: Resource) => ReactNode }
export type BladeKind = { sections: readonly Section[]; commands?: (who: Me, it: Resource) => ReactNode }
const overview = (show: Section['show']): Section => ({ id: 'overview', title: 'Overview', show })

/** What each kind of resource shows of itself. */
export const blades: Partial<Record<IconName, BladeKind>> & { unknown: BladeKind } = {
  group: { sections: [overview((who, it) => <GroupOverview who={who} it={it} />)], commands: (_who, it) => <GroupCommands it={it} /> },
  databricks: { sections: [overview((who, it) => <DatabricksOverview who={who} id={it.id} />)], commands: (_who, it) => <DatabricksCommands id={it.id} /> },
  storage: {
    sections: [overview((who, it) => <StorageOverview who={who} id={it.id} />), { id: 'containers', title: 'Containers', show: (_who, it) => <Containers id={it.id} /> }, { id: 'keys', title: 'Access keys', show: (_who, it) => <Keys id={it.id} /> }],
    commands: (_who, it) => <PlainCommands it={it} />,
  },
  network: { sections: [overview((who, it) => <NetworkOverview who={who} id={it.id} />)], commands: (_who, it) => <PlainCommands it={it} /> },
  security: { sections: [overview((who, it) => <SecurityOverview who={who} id={it.id} />)], commands: (_who, it) => <PlainCommands it={it} /> },
  machine: {
    sections: [overview((who, it) => <MachineOverview who={who} id={it.id} />), { id: 'serial-log', title: 'Boot diagnostics', show: (_who, it) => <SerialLog id={it.id} /> }],
    commands: (_who, it) => <MachineCommands id={it.id} />,
  },
  card: { sections: [overview((who, it) => <CardOverview who={who} id={it.id} />)], commands: (_who, it) => <PlainCommands it={it} /> },
  unknown: { sections: [overview((who, it) => <PlainOverview who={who} it={it} />)], commands: (_who, it) => <PlainCommands it={it} /> },
}
