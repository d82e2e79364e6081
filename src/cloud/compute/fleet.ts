import type { Kysely } from 'kysely'
import type { Log } from '#base/log.ts'
import type { Loop } from '#base/work.ts'
import type { HostProvider } from '../hosts/provider.ts'
import { networkType } from '../network/cards.ts'
import { storedNetwork } from '../network/schema.ts'
import { inTransaction } from '../store/transaction.ts'
import type { Tables } from '../store/tables.ts'
import { holds } from './machine-state.ts'

type Deps = { db: Kysely<Tables>; hosts: HostProvider; resources: Loop; log: Log }

/** All machines at once: at start, at the end, and against the host. */
export function openFleet({ db, hosts, resources, log }: Deps) {
  const never = () => new AbortController().signal

  /** Removes what is on the host and in no row: left by a database that was thrown away, never by a crash of ours. */
  async function sweep(): Promise<{ vms: string[]; networks: string[] }> {
    const there = await hosts.list(never())
    const known = new Set((await db.selectFrom('machines').select('host').execute()).map((row) => row.host))
    const vms = there.vms.filter((id) => !known.has(id))
    for (const id of vms) await hosts.release(id, never())
    const wanted = new Set((await db.selectFrom('resources').select('properties').where('type', '=', networkType).execute()).map((row) => storedNetwork.parse(row.properties).resourceGuid))
    const networks = there.networks.filter((id) => !wanted.has(id))
    for (const id of networks) await hosts.removeNetwork(id, never())
    if (vms.length || networks.length) log.warn({ vms, networks }, 'removed what nobody wishes')
    return { vms, networks }
  }

  return {
    /** For `status`: what there is and what it does. */
    async machines(): Promise<{ id: string; power: string; size: string }[]> {
      const rows = await db.selectFrom('machines').innerJoin('resources', 'resources.key', 'machines.key').select(['resources.id', 'machines.power', 'machines.size']).orderBy('resources.key').execute()
      return rows.map(({ id, power, size }) => ({ id, power, size }))
    },
    /** Looks at every machine now: what ran before the host was restarted is found stopped. */
    async resume(): Promise<void> {
      const rows = await db.selectFrom('resources').select('key').where((where) => where.or([where('state', 'in', ['Creating', 'Updating', 'Deleting']), where('type', '=', 'Microsoft.Compute/virtualMachines')])).execute()
      for (const { key } of rows) await resources.request(db, key)
      await sweep().catch((error: unknown) => log.error({ err: error }, 'the host could not be swept'))
    },
    sweep,
    /** Powers everything off, in order. Machines keep their place and their disk; memory of hibernated ones cannot outlive this. */
    async shutdownMachines(): Promise<void> {
      const rows = await db.selectFrom('machines').selectAll().where('wish', 'in', ['running', 'hibernated']).execute()
      await Promise.all(rows.map(async (machine) => {
        await hosts.stop(machine.host, never()).catch((error: unknown) => log.error({ err: error, machine: machine.key }, 'a machine could not be powered off'))
        const slept = machine.wish === 'hibernated'
        const wish = slept ? ('deallocated' as const) : ('stopped' as const)
        await inTransaction(db, async (tx) => {
          await tx.updateTable('machines').set({ wish, power: wish, ...holds(wish), since: new Date(), message: slept ? 'Brickyard was shut down; the hibernated memory is gone, the disk is kept.' : 'Brickyard was shut down. Start the machine to boot from its disk.' })
            .where('key', '=', machine.key).where('wish', '=', machine.wish).execute()
          await resources.request(tx, machine.key) // the next start ends what was waited for
        })
      }))
    },
  }
}
