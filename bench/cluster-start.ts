// How long from nothing to rows computed on both workers: our cluster beside the same one started with Spark's own scripts.
// One driver and two workers, two cores each, on addresses of this machine. Each is run `ROUNDS` times in turn; medians count.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readConfig } from '#base/config.ts'
import { ourStart } from './cluster-start/ours.ts'
import { sparkStart } from './cluster-start/spark-scripts.ts'

const { config } = readConfig({ argv: [], env: process.env })
// Interrupted: `exit` handlers still end what was started.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130))

const rounds = Number(process.env.ROUNDS ?? 3)
const median = (values: number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN

const ours: number[] = []
const anchor: number[] = []
for (let round = 1; round <= rounds; round++) {
  for (const [name, start, seconds] of [['Brickyard', ourStart, ours], ["Spark's scripts", sparkStart, anchor]] as const) {
    const work = await mkdtemp(join(tmpdir(), 'cluster-start-'))
    try {
      const one = await start({ imageDir: config.imageDir, work })
      if (one.computedOn !== 2) throw new Error(`${name}: the rows were computed on ${one.computedOn} workers instead of 2`)
      seconds.push(one.seconds)
      console.log(`round ${round}: ${name} ${one.seconds.toFixed(2)} s`)
    } finally {
      await rm(work, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })
    }
  }
}
const [a, b] = [median(ours), median(anchor)]
console.log(`cluster-start: ${a.toFixed(2)} s vs ${b.toFixed(2)} s = ${(b / a).toFixed(1)}x`)
process.exit(0)
