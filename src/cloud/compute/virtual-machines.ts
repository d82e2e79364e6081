import { createHash, randomUUID } from 'node:crypto'
import type { Kysely } from 'kysely'
import type { Keys } from '#base/keys.ts'
import { json } from '#base/db.ts'
import type { LinkedAccess } from '../authorization/linked.ts'
import { findCard, type Card } from '../network/cards.ts'
import { versions } from '../resource-manager/api-versions.ts'
import { keyOf } from '../resource-manager/id.ts'
import { bad, conflict, notBuilt } from '../resource-manager/problems.ts'
import { read } from '../resource-manager/read-body.ts'
import { extras } from '../resource-manager/resource-writes.ts'
import type { Put, ResourceType, Tx } from '../resource-manager/resource-type.ts'
import type { MachineRow, ResourceRow, Tables } from '../store/tables.ts'
import { mustFitIn, type Capacity } from './capacity.ts'
import { insertDisk } from './disks.ts'
import { mustBeKnown } from './images.ts'
import { machineBody, storedMachine, type MachineBody, type StoredMachine } from './schema.ts'
import { findSize, sizes, type Size } from './sizes.ts'
import { turn } from '../store/transaction.ts'
import type { InstanceView } from './instance-view.ts'

export const machineType = 'Microsoft.Compute/virtualMachines'
export type MachineDeps = { db: Kysely<Tables>; keys: Pick<Keys, 'seal' | 'open'>; capacity: Capacity; linked: LinkedAccess; instanceView: InstanceView; step: NonNullable<ResourceType['step']> }

/** `Microsoft.Compute/virtualMachines`: a PUT books the place and writes the wish; the machine's loop does the rest. */
export const virtualMachines = (deps: MachineDeps): ResourceType => ({
  type: machineType, versions: versions.compute, rank: 10, created: 201,
  put: (put) => (put.existing ? change(deps, put, put.existing) : create(deps, put)),
  async mayRemove({ tx, row }) {
    await tx.updateTable('machines').set({ wish: 'deleted', power: 'deleting', since: new Date() }).where('key', '=', row.key).execute()
  },
  step: deps.step,
  async view(row, expand) {
    const { provisioningState: _, ...machine } = storedMachine.parse(row.properties)
    return { ...machine, ...(expand?.toLowerCase() === 'instanceview' ? { instanceView: await deps.instanceView(row) } : {}) }
  },
})

async function create(deps: MachineDeps, put: Put) {
  const { tx, name, caller } = put
  const body = read(machineBody, put.properties)
  const size = sizeOf(body)
  mustBeKnown(body.storageProfile.imageReference)
  if (body.storageProfile.dataDisks?.length) throw notBuilt('A data disk on a virtual machine')
  if (body.storageProfile.osDisk?.deleteOption === 'Detach') throw notBuilt('Keeping the disk of a deleted virtual machine (osDisk.deleteOption Detach)')
  const userData = userDataOf(body)
  const card = await takeCard(deps, put, body)
  await mustFitIn(tx, deps.capacity, { cores: size.cores, memoryMb: size.memoryGb * 1024 })
  const vmId = randomUUID()
  const diskName = body.storageProfile.osDisk?.name ?? `${name.name}_OsDisk_1_${createHash('sha256').update(vmId).digest('hex').slice(0, 32)}`
  const groupId = name.id.slice(0, name.id.toLowerCase().indexOf('/providers/'))
  const place = { id: name.id, groupId, groupKey: name.groupKey, location: put.location, tags: put.body.tags ?? null }
  const diskId = await insertDisk(tx, place, diskName, body.storageProfile.osDisk?.diskSizeGB ?? 30, caller.oid)
  await tx.updateTable('resources').set({ properties: json({ ...card.nic, virtualMachine: { id: name.id } }), changed_at: new Date() }).where('key', '=', card.row.key).execute()
  const machine: MachineRow = {
    key: name.key, host: `vm-${vmId}`, wish: 'running', power: 'creating', restarts_wished: 0, restarts_done: 0, size: size.name, cores: size.cores, memory_mb: size.memoryGb * 1024,
    holds_cores: true, holds_memory: true, message: null, since: new Date(), booted_at: null,
  }
  await tx.insertInto('machines').values(machine).execute()
  const properties: StoredMachine = { ...shown(body, size, name.name, { name: diskName, id: diskId }), vmId, timeCreated: new Date().toISOString() }
  return { properties, envelope: extras(put.body), sealed: userData === null ? null : deps.keys.seal(userDataPurpose, userData), job: true }
}

/** Of an existing machine: tags, capabilities and, while it is deallocated, its size. A repeated PUT changes nothing and starts nothing. */
async function change(deps: MachineDeps, put: Put, existing: ResourceRow) {
  const body = read(machineBody, put.properties)
  const old = storedMachine.parse(existing.properties)
  const machine = await put.tx.selectFrom('machines').selectAll().where('key', '=', existing.key).forUpdate().executeTakeFirst()
  if (!machine) throw conflict('OperationNotAllowed', `The virtual machine '${existing.name}' is being deleted.`)
  const size = sizeOf(body)
  if (size.name !== machine.size) {
    if (machine.holds_memory || machine.wish !== 'deallocated') throw conflict('OperationNotAllowed', `Unable to resize the VM ${existing.name} because it is not deallocated. Deallocate it, change its size and start it.`)
    await put.tx.updateTable('machines').set({ size: size.name, cores: size.cores, memory_mb: size.memoryGb * 1024 }).where('key', '=', existing.key).execute()
  }
  const card = body.networkProfile.networkInterfaces[0]
  const before = old.networkProfile.networkInterfaces[0]
  if (keyOf(card?.id ?? '') !== keyOf(before?.id ?? '')) throw notBuilt('Changing the network interface of a virtual machine')
  const userData = userDataOf(body)
  if (userData !== null && userData !== openUserData(deps.keys, existing)) throw conflict('PropertyChangeNotAllowed', "Changing property 'osProfile.customData' is not allowed.")
  const failed = existing.state === 'Failed'
  if (failed) await retryCreation(deps, put, machine)
  const properties: StoredMachine = { ...shown(body, size, existing.name, { name: old.storageProfile.osDisk.name, id: old.storageProfile.osDisk.managedDisk.id }), vmId: old.vmId, timeCreated: old.timeCreated }
  return { properties, envelope: extras(put.body), job: failed || existing.state === 'Creating' || existing.state === 'Updating' }
}

/** A machine that could not be made is tried again; it still holds its place, or takes it anew. */
async function retryCreation(deps: MachineDeps, put: Put, machine: MachineRow): Promise<void> {
  await mustFitIn(put.tx, deps.capacity, { cores: machine.holds_cores ? 0 : machine.cores, memoryMb: machine.holds_memory ? 0 : machine.memory_mb })
  await put.tx.updateTable('machines').set({ wish: 'running', power: 'creating', holds_cores: true, holds_memory: true, message: null, since: new Date() }).where('key', '=', machine.key).execute()
}

function sizeOf(body: MachineBody): Size {
  const size = findSize(body.hardwareProfile.vmSize)
  if (!size) throw bad('InvalidParameter', `The value ${body.hardwareProfile.vmSize} provided for the VM size is not valid. The valid sizes in the current region are: ${sizes.map((each) => each.name).join(', ')}. Find out more on the valid VM sizes in each region at https://aka.ms/azure-regionservices.`, 'vmSize')
  return size
}

/** Azure's limit is 64 KiB of decoded user data. It is sealed at once, and neither answered nor logged. */
function userDataOf(body: MachineBody): string | null {
  const { customData, adminUsername } = body.osProfile
  if (['root', 'admin', 'administrator', 'user', 'test', 'guest'].includes(adminUsername.toLowerCase())) throw bad('InvalidParameter', `The Admin Username specified is not allowed: '${adminUsername}'.`, 'adminUsername')
  if (customData === undefined) return null
  const decoded = Buffer.from(customData, 'base64')
  if (!/^[A-Za-z0-9+/\s]*={0,2}\s*$/.test(customData)) throw bad('InvalidParameter', 'Custom data in OSProfile must be in Base64 encoding and with a maximum length of 87380 characters.', 'customData')
  if (decoded.length > 65_536) throw bad('InvalidParameter', `Custom data in OSProfile must be at most 65536 bytes before its Base64 encoding; it has ${decoded.length}.`, 'customData')
  return decoded.toString('utf8')
}

const userDataPurpose = 'machine user data'
/** What a machine boots with; empty when it was given nothing. */
export const openUserData = (keys: Pick<Keys, 'open'>, row: Pick<ResourceRow, 'sealed'>): string => (row.sealed === null ? '' : keys.open(userDataPurpose, row.sealed))

/** The machine's card: there, nobody else's, and the caller may use it. */
async function takeCard(deps: MachineDeps, put: Put, body: MachineBody): Promise<Card> {
  const [wish, more] = body.networkProfile.networkInterfaces
  if (!wish || more) throw notBuilt('A virtual machine with more than one network interface')
  await deps.linked.must(put.tx, put.caller, `${machineType}/write`, put.name.id, 'Microsoft.Network/networkInterfaces/join/action', wish.id)
  await turn(put.tx, keyOf(wish.id))
  const card = await lockedCard(put.tx, wish.id)
  if (!card || card.row.state === 'Deleting') throw bad('InvalidParameter', `Network interface ${wish.id} was not found. Please make sure that the referenced resource exists.`, 'networkProfile')
  const owner = card.nic.virtualMachine?.id
  if (owner && keyOf(owner) !== put.name.key) throw bad('NicInUse', `Network Interface ${wish.id} is used by existing resource ${owner}. In order to use it here, it must be dissociated from that resource first.`)
  return card
}

async function lockedCard(tx: Tx, id: string): Promise<Card | null> {
  await tx.selectFrom('resources').select('key').where('key', '=', keyOf(id)).forUpdate().execute()
  return findCard(tx, id)
}

/** What is stored and shown: the wish with its defaults, without secrets. */
function shown(body: MachineBody, size: Size, name: string, disk: { name: string; id: string }) {
  const { customData: _, adminPassword: __, ...osProfile } = body.osProfile
  const { instanceView: ___, provisioningState: ____, vmId: _____, timeCreated: ______, ...rest } = body
  return {
    ...rest,
    hardwareProfile: { ...body.hardwareProfile, vmSize: size.name },
    storageProfile: {
      ...body.storageProfile, dataDisks: [],
      osDisk: { osType: 'Linux', createOption: 'FromImage', caching: 'ReadWrite', diskSizeGB: 30, ...body.storageProfile.osDisk, name: disk.name, deleteOption: 'Delete' as const, managedDisk: { storageAccountType: 'Premium_LRS', id: disk.id } },
    },
    osProfile: { computerName: name.slice(0, 64), secrets: [], allowExtensionOperations: false, ...osProfile },
  }
}
