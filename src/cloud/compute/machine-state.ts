import type { VmView } from '../hosts/provider.ts'
import type { MachineRow, Power, Wish } from '../store/tables.ts'

/** What to do about one machine now. One thing at a time; each may be repeated. */
export type Step =
  | { do: 'boot' }
  | { do: 'thaw' }
  | { do: 'stop'; so: 'off' | 'restart' }
  | { do: 'freeze' }
  | { do: 'release' }
  /** Nothing to change in the world: record what is true and end what was waited for. */
  | { do: 'settle'; power: Power; lost?: string }
  | { do: 'forget' }

type Asked = Pick<MachineRow, 'wish' | 'power' | 'restarts_wished' | 'restarts_done'>

/** Wish × observation → one step. Pure: the loop carries it out. */
export function nextStep(machine: Asked, seen: Pick<VmView, 'power' | 'why'> | null): Step {
  const live = seen?.power ?? 'gone'
  switch (machine.wish) {
    case 'deleted': return live === 'gone' ? { do: 'forget' } : { do: 'release' }
    case 'stopped':
    case 'deallocated': return live === 'running' || live === 'starting' || live === 'hibernated' ? { do: 'stop', so: 'off' } : { do: 'settle', power: machine.wish }
    case 'hibernated':
      if (live === 'hibernated') return { do: 'settle', power: 'hibernated' }
      if (live === 'running' || live === 'starting') return { do: 'freeze' }
      return { do: 'settle', power: 'deallocated', lost: seen?.why ?? 'The machine was not running when it was to be hibernated; its memory is gone, its disk is kept.' }
    case 'running': return running(machine, seen, live)
  }
}

function running(machine: Asked, seen: Pick<VmView, 'why'> | null, live: VmView['power'] | 'gone'): Step {
  if (machine.restarts_wished > machine.restarts_done) return { do: 'stop', so: 'restart' }
  if (live === 'running') return { do: 'settle', power: 'running' }
  if (live === 'hibernated') return { do: 'thaw' }
  // A machine that ran and runs no more is not booted again behind its owner's back: it is shown as stopped, with the reason.
  if (machine.power === 'running') return { do: 'settle', power: 'stopped', lost: seen?.why ?? 'The machine stopped by itself: its processes are gone. Start it to boot from its disk.' }
  return { do: 'boot' }
}

/** What a machine in a state holds of the region. */
export const holds = (wish: Wish): { holds_cores: boolean; holds_memory: boolean } => ({
  holds_cores: wish === 'running' || wish === 'stopped',
  holds_memory: wish === 'running' || wish === 'stopped' || wish === 'hibernated',
})

/** The codes that Azure shows. Source: "States and billing status of Azure virtual machines". */
export const powerCode = (power: Power): { code: string; displayStatus: string } => {
  const shown = power === 'hibernated' ? 'deallocated' : power === 'creating' ? 'starting' : power === 'deleting' ? 'deallocating' : power
  return { code: `PowerState/${shown}`, displayStatus: `VM ${shown}` }
}
