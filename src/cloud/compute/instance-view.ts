import type { Kysely } from 'kysely'
import type { HostProvider } from '../hosts/provider.ts'
import type { ResourceRow, Tables, Bag } from '../store/tables.ts'
import { powerCode } from './machine-state.ts'
import { storedMachine } from './schema.ts'

export type InstanceView = (row: ResourceRow) => Promise<Bag>

/** What a machine is doing now. The last word is the host's: a machine that died a moment ago is shown as stopped. */
export const openInstanceView = (db: Kysely<Tables>, hosts: Pick<HostProvider, 'observe' | 'kind' | 'enforcesRules'>): InstanceView => async (row) => {
  const vm = storedMachine.parse(row.properties)
  const machine = await db.selectFrom('machines').selectAll().where('key', '=', row.key).executeTakeFirst()
  const seen = machine ? await hosts.observe(machine.host, new AbortController().signal).catch(() => undefined) : null
  const died = machine?.power === 'running' && machine.wish === 'running' && seen !== undefined && (seen === null || seen.power === 'stopped')
  const power = died ? 'stopped' : (machine?.power ?? 'deleting')
  const time = (machine?.since ?? row.changed_at).toISOString()
  const message = died ? (seen?.why ?? 'The machine stopped by itself: its processes are gone.') : (machine?.message ?? bootMessage(seen ?? null))
  const failed = row.state === 'Failed'
  return {
    computerName: vm.osProfile.computerName, osName: 'linux', hyperVGeneration: 'V2',
    vmAgent: { vmAgentVersion: 'brickyard', statuses: [{ code: 'ProvisioningState/succeeded', level: 'Info', displayStatus: 'Ready', message: `Hosted by ${hosts.kind}.`, time }] },
    disks: [{ name: vm.storageProfile.osDisk.name, statuses: [{ code: 'ProvisioningState/succeeded', level: 'Info', displayStatus: 'Provisioning succeeded', time }] }],
    statuses: [
      { code: `ProvisioningState/${row.state.toLowerCase()}`, level: failed ? 'Error' : 'Info', displayStatus: `Provisioning ${row.state.toLowerCase()}`, ...(failed && message ? { message } : {}), time: row.changed_at.toISOString() },
      ...(power === 'hibernated' ? [{ code: 'HibernationState/Hibernated', level: 'Info', displayStatus: 'VM hibernated', time }] : []),
      { ...powerCode(power), level: power === 'stopped' && message ? 'Warning' : 'Info', ...(message && !failed ? { message } : {}), time },
    ],
    // Ours: what really happens on this host.
    brickyard: {
      host: hosts.kind, networkRules: hosts.enforcesRules ? 'nftables' : 'recorded, not enforced', bootedAt: seen?.bootedAt?.toISOString() ?? machine?.booted_at?.toISOString() ?? null,
      bootExit: seen?.bootExit ?? null, processes: seen?.processes ?? 0, ...(seen?.cpuSeconds === undefined ? {} : { cpuSeconds: seen.cpuSeconds }), ...(seen?.memoryMb === undefined ? {} : { memoryMb: seen.memoryMb }),
    },
  }
}

/** A boot script that failed leaves its machine running, as cloud-init does; the message says it. */
const bootMessage = (seen: { bootExit: number | null; why?: string } | null): string | null =>
  seen?.why ?? (seen?.bootExit ? `The boot script ended with exit code ${seen.bootExit}; see the boot diagnostics.` : null)
