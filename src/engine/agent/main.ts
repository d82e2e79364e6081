import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { startAgent } from './agent.ts'
import type { DriverPlan } from './plan.ts'

const { BRICKYARD_IMAGE: image = '/opt/brickyard', BRICKYARD_HOME: home = process.cwd(), BRICKYARD_ADDRESS: address = '127.0.0.1', BRICKYARD_CA_FILE: caFile } = process.env
// This machine's own plan, written by the boot script beside it.
const plan: DriverPlan = JSON.parse(await readFile(join(home, 'plan.json'), 'utf8'))
const token = (await readFile(join(home, 'token'), 'utf8')).trim()

const agent = startAgent(plan, { image, home, address, caFile, token })
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void agent.stop().finally(() => process.exit(0)))
