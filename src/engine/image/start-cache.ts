import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chmod, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { SetupStep } from '#base/step.ts'
import { startSpark } from '../agent/spark.ts'
import { bootScript, type BootPlan } from '../boot.ts'
import { versionOf } from './java.ts'
import { bytesUnder, fingerprint, stampDone, stamped } from './stamp.ts'
import { runTool } from './tool.ts'
import type { ImageDeps } from './steps.ts'

/** Only for the training; two trainings at once do not meet. */
const address = `127.250.${(process.pid >> 8) & 0xff}.${Math.max(1, process.pid & 0xff)}`

/**
 * Java's ahead-of-time cache (JEP 483, 514) of the driver and of an executor: classes are loaded and linked before a machine starts.
 * Makes a cluster start about twice as fast and is never required. A cache is only taken with the Java and the class path it was made with.
 */
export function startCacheStep(deps: ImageDeps): SetupStep {
  const target = join(deps.imageDir, 'aot')
  const print = async () => {
    const stamps = await Promise.all(['java', 'jars', 'classes'].map((step) => readFile(join(deps.imageDir, 'steps', step), 'utf8').catch(() => '')))
    return fingerprint('start cache 2', ...stamps)
  }
  return {
    name: 'Start-up cache of Spark',
    background: true,
    done: async () => (existsSync(join(target, 'driver.aot')) && (await stamped(deps.imageDir, 'start-cache', await print()))) || (await tooOld(deps.imageDir)),
    async run(report, signal) {
      const mark = await print()
      const partial = join(deps.imageDir, `aot.partial-${process.pid}`)
      const work = join(deps.cacheDir, `training-${process.pid}`)
      // What is there fits no more, and a JVM that writes a cache takes none.
      for (const dir of [target, partial, work]) await rm(dir, { recursive: true, force: true })
      for (const dir of [partial, work]) await mkdir(dir, { recursive: true })
      try {
        await train(deps, { partial, work }, report, signal)
      } catch (error) {
        for (const dir of [partial, work]) await rm(dir, { recursive: true, force: true })
        throw error
      }
      for (const role of ['driver', 'executor']) {
        const size = await stat(join(partial, `${role}.aot`)).then((file) => file.size, () => 0)
        if (size === 0) throw new Error(`Java wrote no start-up cache for the ${role}`)
        await chmod(join(partial, `${role}.aot`), 0o644)
      }
      await rm(target, { recursive: true, force: true })
      await rename(partial, target)
      await rm(work, { recursive: true, force: true })
      await stampDone(deps.imageDir, 'start-cache', mark)
      return { bytes: await bytesUnder(target) }
    },
  }
}

const tooOld = async (imageDir: string) => existsSync(join(imageDir, 'jdk', 'bin', 'java')) && (await versionOf(join(imageDir, 'jdk', 'bin', 'java'))) < 25

async function train(deps: ImageDeps, { partial, work }: { partial: string; work: string }, report: (line: string) => void, signal: AbortSignal): Promise<void> {
  const plan: BootPlan = {
    role: 'worker', runtime: 'spark', index: 1, clusterId: 'training', clusterName: 'training', incarnation: 1, workspaceUrl: '', caPem: '', token: 'training',
    address, driverAddress: address, cores: 2, memoryMb: 4096, sparkConf: {}, sparkEnv: {}, storage: { account: '', container: '', dfsEndpoint: '' },
  }
  const script = join(work, 'worker')
  await writeFile(script, bootScript(plan), { mode: 0o700 })
  const environment = { BRICKYARD_IMAGE: deps.imageDir, BRICKYARD_ADDRESS: address, HOME: work }
  const cache = (role: string) => `-XX:AOTCacheOutput=${join(partial, `${role}.aot`)} -Xlog:aot=error -Xlog:cds=error`
  const home = join(work, 'driver')
  await mkdir(home)
  const machine = { image: deps.imageDir, home, address, caFile: undefined, token: plan.token }
  const spark = await startSpark({ ...plan, sparkConf: {} }, machine, {
    env: { PYSPARK_PYTHON: join(deps.imageDir, 'python', 'bin', 'python3'), BRICKYARD_JVM_OPTIONS: cache('driver') },
    console: () => {},
  })
  const worker = spawn('/bin/sh', [script], { env: { ...process.env, ...environment, BRICKYARD_DISK: join(work, 'worker-disk'), BRICKYARD_JVM_OPTIONS: cache('executor') }, stdio: 'ignore' })
  const stop = () => {
    worker.kill('SIGTERM')
    spark.stop()
  }
  signal.addEventListener('abort', stop, { once: true })
  try {
    await spark.gateway.call('z:brickyard.Driver', 'start')
    const env = {
      PYSPARK_PYTHON: join(deps.imageDir, 'python', 'bin', 'python3'), PYTHONPATH: join(deps.imageDir, 'agent', 'engine', 'runtime', 'python'), SPARK_LOCAL_IP: address,
      PYSPARK_GATEWAY_PORT: String(spark.port), PYSPARK_GATEWAY_SECRET: spark.secret, PYTHONDONTWRITEBYTECODE: '1',
    }
    for (const mode of ['classic', 'connect']) {
      report(`training (${mode})`)
      await runTool(env.PYSPARK_PYTHON, [join(import.meta.dirname, 'training.py'), mode, address, `file://${work}`], { env, signal })
    }
    report('writing the caches')
    await ended(worker, () => worker.kill('SIGTERM'))
  } finally {
    stop()
    await spark.ended
  }
}

function ended(child: ChildProcess, ask: () => void): Promise<void> {
  return new Promise((resolve) => {
    child.once('exit', () => resolve())
    ask()
  })
}
