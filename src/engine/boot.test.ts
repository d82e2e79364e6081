import { execFile } from 'node:child_process'
import { mkdtemp, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bootScript, type BootPlan } from './boot.ts'

const run = promisify(execFile)
const plan: BootPlan = {
  role: 'driver', runtime: 'spark', index: 0, clusterId: '1124-abc', clusterName: "Anna's cluster", incarnation: 2, workspaceUrl: 'https://localhost:8453', caPem: '-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----\n',
  token: 'to$ken`id`', address: '10.139.0.4', driverAddress: '10.139.0.4', cores: 2, memoryMb: 4096, sparkConf: { 'spark.sql.ansi.enabled': 'false' }, sparkEnv: { MODE: "it's $HOME", 'not a name': 'x' },
  storage: { account: 'dbstorage1', container: 'root', dfsEndpoint: 'http://localhost:8445' },
}

let dir = ''
/** An image whose Node and Java only say how they were called. */
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'boot-'))
  await mkdir(join(dir, 'image', 'agent', 'bin'), { recursive: true })
  await mkdir(join(dir, 'image', 'jdk', 'bin'), { recursive: true })
  await mkdir(join(dir, 'image', 'jars'), { recursive: true })
  await writeFile(join(dir, 'image', 'jars', 'order'), 'a.jar\nb.jar\n')
  await writeFile(join(dir, 'image', 'agent', 'bin', 'node'), '#!/bin/sh\ncase "$*" in */init.js*) echo "init of ${2##*/} $3 as $DB_IS_DRIVER on $DB_INSTANCE_TYPE"; exit 7;; esac\necho "agent $MODE at $BRICKYARD_ADDRESS"; cat "$BRICKYARD_TOKEN_FILE"\n', { mode: 0o755 })
  await writeFile(join(dir, 'image', 'jdk', 'bin', 'java'), '#!/bin/sh\necho "java $CLASSPATH $*"; kill $PPID\n', { mode: 0o755 })
})
afterAll(() => rm(dir, { recursive: true, force: true }))

async function boot(changes: Partial<BootPlan>, disk: string) {
  const script = join(dir, `${disk}.sh`)
  await writeFile(script, bootScript({ ...plan, ...changes }), { mode: 0o700 })
  const env = { PATH: process.env.PATH, HOME: dir, BRICKYARD_ADDRESS: '127.3.2.1', BRICKYARD_IMAGE: join(dir, 'image'), BRICKYARD_DISK: join(dir, disk) }
  return run(script, { env, timeout: 10_000 }).catch((error: { stdout: string; code: number }) => error)
}

describe('the boot script', () => {
  it('is the same for the same plan', () => expect(bootScript(plan)).toBe(bootScript({ ...plan })))

  it('starts the agent on a driver, with the owner\'s environment and none of it read by the shell', async () => {
    const { stdout } = await boot({}, 'driver')
    expect(stdout).toContain("agent it's $HOME at 127.3.2.1")
    expect(stdout).toContain('to$ken`id`')
  })

  it('leaves secrets and the plan readable to the machine alone', async () => {
    await boot({}, 'modes')
    for (const name of ['token', 'plan.json']) expect((await stat(join(dir, 'modes', 'brickyard', name))).mode & 0o077).toBe(0)
    expect(JSON.parse(await readFile(join(dir, 'modes', 'brickyard', 'plan.json'), 'utf8'))).toMatchObject({ clusterId: '1124-abc', clusterName: "Anna's cluster" })
    expect(await readFile(join(dir, 'modes', 'brickyard', 'plan.json'), 'utf8')).not.toContain(plan.token)
  })

  it('starts an executor on a worker, with the class path in its order and a heap of the machine\'s size', async () => {
    const { stdout } = await boot({ role: 'worker', index: 3 }, 'worker')
    expect(stdout).toContain(`${dir}/image/jars/a.jar:${dir}/image/jars/b.jar`)
    expect(stdout).toMatch(/-Xmx\d{4}m .* brickyard\.Executor 10\.139\.0\.4 7001 3 127\.3\.2\.1 2 1124-abc-2/)
  })

  it('takes the heap that the owner asks for, within the machine', async () => {
    const { stdout } = await boot({ role: 'worker', index: 1, sparkConf: { 'spark.executor.memory': '1g' } }, 'asked')
    expect(stdout).toContain('-Xmx1024m')
    const greedy = await boot({ role: 'worker', index: 1, sparkConf: { 'spark.executor.memory': '64g' } }, 'greedy')
    expect(greedy.stdout).toContain('-Xmx3584m')
  })

  it('ends the boot with a sentence when an init script fails', async () => {
    const { stdout } = await boot({ initScripts: true, nodeType: 'Standard_B2s' }, 'init')
    expect(stdout).toContain('init of init.js driver as TRUE on Standard_B2s')
    expect(stdout).toContain('brickyard: stopped: an init script failed')
    expect(stdout).not.toContain('agent ')
    const worker = await boot({ role: 'worker', index: 3, initScripts: true }, 'init-worker')
    expect(worker.stdout).toContain('init of init.js worker-2 as FALSE')
  })

  it('names the folder when the image is missing', async () => {
    const script = join(dir, 'none.sh')
    await writeFile(script, bootScript(plan), { mode: 0o700 })
    const failed = await run(script, { env: { PATH: process.env.PATH, BRICKYARD_ADDRESS: '127.0.0.1', BRICKYARD_IMAGE: '/nowhere', BRICKYARD_DISK: join(dir, 'none') } }).catch((error: { stdout: string }) => error)
    expect(failed.stdout).toContain('the image is not at /nowhere')
  })
})
