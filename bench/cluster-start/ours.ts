import { spawn, type ChildProcess } from 'node:child_process'
import { openSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { silentLog } from '#base/log.ts'
import { bootScript } from '#engine/boot.ts'
import { driverClient } from '#engine/driver.ts'
import { driverPorts, openRelay } from '#engine/relay.ts'
import { expected, query, type Start } from './rows.ts'

const net = '127.249.1'

/** Boots three machines with the product's boot scripts and asks for the rows through the relay, as the workspace does. */
export async function ourStart({ imageDir, work }: { imageDir: string; work: string }): Promise<Start> {
  const relay = openRelay({ authenticate: async (token) => (token === 'bench' ? { clusterId: 'bench', incarnation: 1 } : null), log: silentLog() })
  const server = createServer().on('upgrade', (request, socket, head) => relay.onUpgrade(request, socket, head))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const machines: ChildProcess[] = []
  const stop = () => {
    for (const machine of machines.splice(0)) if (machine.pid !== undefined) process.kill(-machine.pid, 'SIGKILL')
  }
  process.once('exit', stop)
  try {
    const began = performance.now()
    for (const index of [0, 1, 2]) {
      const disk = join(work, `machine-${index}`)
      await mkdir(disk)
      const script = bootScript({
        role: index === 0 ? 'driver' : 'worker', runtime: 'spark', index, clusterId: 'bench', clusterName: 'bench', incarnation: 1, caPem: '', token: 'bench',
        workspaceUrl: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`, address: `${net}.${index + 1}`, driverAddress: `${net}.1`,
        cores: 2, memoryMb: 4096, sparkConf: {}, sparkEnv: {}, storage: { account: '', container: '', dfsEndpoint: '' },
      })
      await writeFile(join(disk, 'boot'), script, { mode: 0o700 })
      const console = openSync(join(disk, 'console'), 'w')
      machines.push(spawn(join(disk, 'boot'), { cwd: disk, detached: true, stdio: ['ignore', console, console], env: { PATH: process.env.PATH, HOME: disk, BRICKYARD_IMAGE: imageDir, BRICKYARD_ADDRESS: `${net}.${index + 1}`, BRICKYARD_DISK: disk } }))
    }
    const driver = driverClient(relay, 'bench')
    await until(async () => relay.online('bench') && (await driver.status()).executors.length === 2, work)
    const context = await driver.createContext({ language: 'sql' })
    const { id } = await driver.execute({ contextId: context.id, language: 'sql', command: query })
    await until(async () => (await driver.command(context.id, id)).finishedAt !== undefined, work)
    const seconds = (performance.now() - began) / 1000
    const { results } = await driver.command(context.id, id)
    if (results?.resultType !== 'table' || JSON.stringify(results.data) !== JSON.stringify(expected)) throw new Error(`Wrong rows: ${JSON.stringify(results).slice(0, 500)}`)
    return { seconds, computedOn: await executorsThatWorked(await relay.connect('bench', driverPorts.sparkUi)) }
  } finally {
    stop()
    process.off('exit', stop)
    relay.close()
    server.closeAllConnections()
    server.close()
  }
}

async function until(done: () => Promise<boolean>, work: string): Promise<void> {
  const deadline = Date.now() + 120_000
  while (!(await done().catch(() => false))) {
    if (Date.now() > deadline) throw new Error(`The cluster did not start in two minutes: ${(await readFile(join(work, 'machine-0', 'console'), 'utf8')).slice(-1500)}`)
    await sleep(15)
  }
}

/** From Spark's own REST (spark.apache.org, "Monitoring"), over an open stream. */
async function executorsThatWorked(stream: NodeJS.ReadWriteStream): Promise<number> {
  stream.write('GET /api/v1/applications/bench-1/executors HTTP/1.1\r\nHost: driver\r\nConnection: close\r\n\r\n')
  let text = ''
  for await (const chunk of stream) text += String(chunk)
  return [...text.matchAll(/"id" : "(\d+)"[^}]*?"totalTasks" : (\d+)/g)].filter(([, , tasks]) => Number(tasks) > 0).length
}
