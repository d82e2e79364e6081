import { expect, test } from 'vitest'
import { buckets, points, type Sample } from './metrics.ts'

const size = { cores: 2, memoryMb: 4096 }
const begin = Date.parse('2026-01-01T00:00:00Z')
const sample = (seconds: number, cpu_seconds: number, memory_mb = 1024): Sample => ({ at: new Date(begin + seconds * 1000), cpu_seconds, memory_mb })

test('processor time between two samples becomes a percentage of all cores', () => {
  expect(points('Percentage CPU', [sample(0, 10), sample(10, 20), sample(20, 40)], size).map(({ value }) => value)).toEqual([50, 100])
})

test('a boot and a pause leave a hole, not a wrong number', () => {
  expect(points('Percentage CPU', [sample(0, 500), sample(10, 1), sample(20, 2), sample(900, 3)], size).map(({ value }) => value)).toEqual([5])
})

test('free memory is what the size leaves', () => {
  expect(points('Available Memory Bytes', [sample(0, 0, 1024)], size)[0]?.value).toBe(3072 * 2 ** 20)
  expect(points('Available Memory Percentage', [sample(0, 0, 1024)], size)[0]?.value).toBe(75)
  expect(points('Available Memory Bytes', [sample(0, 0, 9999)], size)[0]?.value).toBe(0)
})

test('minutes are counted from whole minutes; an unseen one has its time alone', () => {
  const seen = [{ at: begin + 5000, value: 10 }, { at: begin + 25_000, value: 30 }, { at: begin + 130_000, value: 50 }]
  expect(buckets(seen, { from: begin + 3000, to: begin + 150_000 }, 60_000)).toEqual([
    { timeStamp: '2026-01-01T00:00:00.000Z', average: 20, minimum: 10, maximum: 30, total: 40, count: 2 },
    { timeStamp: '2026-01-01T00:01:00.000Z' },
    { timeStamp: '2026-01-01T00:02:00.000Z', average: 50, minimum: 50, maximum: 50, total: 50, count: 1 },
  ])
})
