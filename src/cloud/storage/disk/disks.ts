import type { StorageAccount, StorageDeps } from '../contract.ts'
import { openDisk, type Disk } from './disk.ts'

export type Disks = { of(account: StorageAccount): Promise<Disk>; forget(name: string): void }

/** Opens each account's disk when it is first asked for. An account made anew under an old name is another one. */
export function openDisks({ root, clock, log }: Pick<StorageDeps, 'root' | 'clock' | 'log'>): Disks {
  const open = new Map<string, { born: number; disk: Promise<Disk> }>()
  return {
    of(account) {
      const born = account.createdAt.getTime()
      const there = open.get(account.name)
      if (there?.born === born) return there.disk
      const disk = openDisk({ root, account: account.name, clock, log })
      open.set(account.name, { born, disk })
      disk.catch(() => open.delete(account.name))
      return disk
    },
    forget: (name) => void open.delete(name),
  }
}
