import { runningStorage } from './running-storage.ts'

/** A storage server as a process of its own, to be killed: `node serve-alone.ts <root>` prints its port. */
const storage = await runningStorage({ root: process.argv[2] ?? '' })
process.stdout.write(`${storage.port}\n`)
