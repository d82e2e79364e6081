import { execFile, execFileSync, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { query, type Start } from './rows.ts'

const run = promisify(execFile)
const net = '127.249.2'
const classes = { master: 'org.apache.spark.deploy.master.Master', worker: 'org.apache.spark.deploy.worker.Worker' }

const application = `
import sys, urllib.request, json
from pyspark.sql import SparkSession
spark = SparkSession.builder.getOrCreate()
rows = spark.sql("${query}").collect()
assert len(rows) == 4, rows
print('ROWS', flush=True)
sc = spark.sparkContext
seen = json.load(urllib.request.urlopen(f'{sc.uiWebUrl}/api/v1/applications/{sc.applicationId}/executors'))
print('EXECUTORS', sum(1 for e in seen if e['id'] != 'driver' and e['totalTasks'] > 0), flush=True)
`

/**
 * The same cluster by Spark's scripts: spark-daemon.sh starts Master and Workers (it is what start-master.sh and start-worker.sh call;
 * the Python package leaves those two out), spark-submit the application. Neither Delta nor Spark Connect is asked of it.
 */
export async function sparkStart({ imageDir, work }: { imageDir: string; work: string }): Promise<Start> {
  const python = join(imageDir, 'python')
  const version = (await readdir(join(python, 'lib'))).find((name) => name.startsWith('python3.')) ?? ''
  const home = join(python, 'lib', version, 'site-packages', 'pyspark')
  const javaHome = [process.env.JAVA_HOME, '/usr/lib/jvm/java-17-openjdk-amd64', '/usr/lib/jvm/default-java'].find((path) => path && existsSync(join(path, 'bin', 'java')))
  if (!javaHome) throw new Error('The anchor needs a system Java 17 or newer, because spark-submit does not run on the image\'s. Install one, for example: apt-get install openjdk-17-jre-headless')
  const env = (address: string) => ({
    PATH: process.env.PATH, HOME: work, SPARK_HOME: home, JAVA_HOME: javaHome, SPARK_LOG_DIR: join(work, 'logs'), SPARK_PID_DIR: join(work, 'pids'), SPARK_WORKER_DIR: join(work, 'work'),
    SPARK_LOCAL_DIRS: join(work, 'local'), SPARK_LOCAL_IP: address, PYSPARK_PYTHON: join(python, 'bin', 'python3'), SPARK_CONF_DIR: join(work, 'conf'),
  })
  const daemon = (kind: keyof typeof classes, at: number, ...args: string[]) =>
    run(join(home, 'sbin', 'spark-daemon.sh'), ['start', classes[kind], String(at), ...args], { env: env(kind === 'master' ? `${net}.1` : `${net}.${at + 1}`) })
  const stop = () => {
    for (const [kind, at] of [['worker', 1], ['worker', 2], ['master', 1]] as const) execFileSync(join(home, 'sbin', 'spark-daemon.sh'), ['stop', classes[kind], String(at)], { env: env(`${net}.1`), stdio: 'ignore' })
  }
  process.once('exit', stop)
  await writeFile(join(work, 'application.py'), application)
  try {
    const began = performance.now()
    await daemon('master', 1, '--host', `${net}.1`, '--port', '7077', '--webui-port', '8080')
    await Promise.all([1, 2].map((at) => daemon('worker', at, '--host', `${net}.${at + 1}`, '--port', '7078', '--webui-port', '8081', '--cores', '2', '--memory', '2300m', `spark://${net}.1:7077`)))
    const submit = ['--master', `spark://${net}.1:7077`, '--driver-memory', '1310m', '--executor-memory', '2300m', '--conf', `spark.driver.host=${net}.1`, '--conf', `spark.driver.bindAddress=${net}.1`, '--conf', 'spark.scheduler.minRegisteredResourcesRatio=1.0', join(work, 'application.py')]
    return await submitted(join(home, 'bin', 'spark-submit'), submit, env(`${net}.1`), began)
  } finally {
    process.off('exit', stop)
    stop()
  }
}

function submitted(command: string, args: string[], env: NodeJS.ProcessEnv, began: number): Promise<Start> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'] })
    const timer = setTimeout(() => child.kill('SIGKILL'), 180_000)
    let seconds = NaN
    let text = ''
    let errors = ''
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk
      if (Number.isNaN(seconds) && text.includes('ROWS')) seconds = (performance.now() - began) / 1000
    })
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => { errors = (errors + chunk).slice(-2000) })
    child.on('error', reject)
    child.on('close', () => {
      clearTimeout(timer)
      const executors = /EXECUTORS (\d+)/.exec(text)?.[1]
      if (executors === undefined) reject(new Error(`spark-submit failed: ${errors}`))
      else resolve({ seconds, computedOn: Number(executors) })
    })
  })
}
