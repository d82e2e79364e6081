import { expect, test } from 'vitest'
import { asleep, deallocated, held, table } from './cost.ts'

const part = { cores: 4, memoryMb: 14 * 1024, diskGb: 30 }

test('a running machine costs its cores, memory and disk', () => {
  expect(held([part])).toEqual({ machines: 1, cores: 4, memory_mb: 14_336, disk_gb: 30, units_per_hour: 4 * table.per_core + 14 * table.per_memory_gb + 30 * table.per_disk_gb })
})

test('a paused one keeps its memory and disk, a terminated one nothing', () => {
  expect(held([part, part].map(asleep))).toMatchObject({ machines: 2, cores: 0, memory_mb: 28_672, disk_gb: 60, units_per_hour: 0.286 })
  expect(held([])).toEqual({ machines: 0, cores: 0, memory_mb: 0, disk_gb: 0, units_per_hour: 0 })
  expect(held([deallocated(part)])).toMatchObject({ memory_mb: 0, disk_gb: 30, units_per_hour: 0.003 })
})
