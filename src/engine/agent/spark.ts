import { spawn, type ChildProcess } from 'node:child_process'
import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { existsSync, readFileSync, watch } from 'node:fs'
import { join } from 'node:path'
import { heapMb, jvmOptions, megabytes } from './jvm.ts'
import { openGateway, type Gateway } from './py4j.ts'
import type { DriverPlan, Machine } from './plan.ts'
import { rpcSecret } from './secrets.ts'
import { sparkConf } from './spark-conf.ts'

export type Spark = {
  gateway: Gateway
  port: number
  secret: string
  /** Resolves with the reason when the driver JVM has ended. */
  ended: Promise<string>
  stop(): void
}

/** The class path in the order in which the start-up cache was made. */
export const classPath = (image: string): string =>
  readFileSync(join(image, 'jars', 'order'), 'utf8').trim().split('\n').map((name) => join(image, 'jars', name)).join(':')

/**
 * Starts the driver JVM with Spark's own gateway as its main class and waits until the gateway answers.
 * The JVM ends when its standard input does, so it never outlives the agent.
 */
export async function startSpark(plan: DriverPlan, machine: Machine, more: { env?: Record<string, string>; console?: (text: Buffer) => void } = {}): Promise<Spark> {
  const env = { ...process.env, ...more.env }
  const work = join(machine.home, 'spark')
  await rm(work, { recursive: true, force: true })
  for (const dir of ['tmp', 'repl']) await mkdir(join(work, dir), { recursive: true })
  const connection = join(work, 'gateway')
  const settings = join(work, 'driver.options')
  await writeFile(settings, options(plan, machine, join(work, 'tmp'), env.BRICKYARD_JVM_OPTIONS).map(quoted).join('\n'), { mode: 0o600 })
  await chmod(settings, 0o600)
  const child = spawn(join(machine.image, 'jdk', 'bin', 'java'), [`@${settings}`, 'org.apache.spark.api.python.PythonGatewayServer'], {
    cwd: work,
    env: { ...env, CLASSPATH: classPath(machine.image), SPARK_CONF_DIR: join(work, 'noconf'), SPARK_LOCAL_DIRS: join(work, 'tmp'), SPARK_LOCAL_IP: machine.address, SPARK_PUBLIC_DNS: machine.address, SPARK_LOCAL_HOSTNAME: machine.address, _PYSPARK_DRIVER_CONN_INFO_PATH: connection },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  const ended = whenEnded(child, more.console ?? ((text) => void process.stderr.write(text)))
  const found = await Promise.race([connectionInfo(work, connection), ended.then((why) => { throw new Error(why) })])
  return { gateway: openGateway(found.port, found.secret), ...found, ended, stop: () => void child.kill('SIGTERM') }
}

function options(plan: DriverPlan, machine: Machine, tmp: string, extra: string | undefined): string[] {
  const asked = megabytes(plan.sparkConf['spark.driver.memory'] ?? '')
  const heap = Math.min(asked ?? heapMb('driver', plan.memoryMb), Math.max(512, plan.memoryMb - 512))
  const cache = join(machine.image, 'aot', 'driver.aot')
  const conf = { ...sparkConf(plan, machine), 'spark.authenticate.secret': rpcSecret(machine.token), 'spark.driver.memory': `${heap}m`, 'spark.executor.memory': `${heapMb('executor', plan.memoryMb)}m` }
  return [
    ...jvmOptions({ role: 'driver', image: machine.image, heap, javaVersion: javaVersion(machine.image), aotCache: existsSync(cache) ? cache : undefined }),
    ...(extra?.split(' ') ?? []),
    `-Djava.io.tmpdir=${tmp}`,
    ...Object.entries(conf).map(([key, value]) => `-D${key}=${value}`),
  ]
}

/** A java argument file takes one quoted argument a line; backslash escapes. Source: `java` manual, "Command-Line Argument Files". */
const quoted = (argument: string) => `"${argument.replace(/[\\"]/g, '\\$&').replace(/\n/g, '\\n')}"`

function javaVersion(image: string): number {
  const release = existsSync(join(image, 'jdk', 'release')) ? readFileSync(join(image, 'jdk', 'release'), 'utf8') : ''
  return Number(/JAVA_VERSION="(\d+)/.exec(release)?.[1] ?? 17)
}

/** The gateway writes a temporary file and renames it: big-endian port, length of the secret, secret. */
async function connectionInfo(dir: string, file: string): Promise<{ port: number; secret: string }> {
  await new Promise<void>((resolve) => {
    const watcher = watch(dir, () => check())
    const timer = setInterval(() => check(), 200)
    const check = () => {
      if (!existsSync(file)) return
      watcher.close()
      clearInterval(timer)
      resolve()
    }
    check()
  })
  const bytes = await readFile(file)
  return { port: bytes.readInt32BE(0), secret: bytes.subarray(8, 8 + bytes.readInt32BE(4)).toString('utf8') }
}

function whenEnded(child: ChildProcess, console: (text: Buffer) => void): Promise<string> {
  let tail = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      console(chunk)
      tail = (tail + chunk.toString('utf8')).slice(-4000)
    })
  }
  return new Promise((resolve) => {
    child.on('error', (error) => resolve(`The Spark driver could not be started: ${error.message}`))
    child.on('close', (code, signal) => {
      const cause = tail.split('\n').findLast((line) => /Exception|[Ee]rror/.test(line)) ?? ''
      resolve(`The Spark driver ended (${signal ?? `exit code ${code}`})${cause ? `: ${cause.trim().slice(0, 400)}` : ''}`)
    })
  })
}
