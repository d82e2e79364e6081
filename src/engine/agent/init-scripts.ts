import { spawn } from 'node:child_process'
import { constants, createWriteStream, existsSync } from 'node:fs'
import { access, mkdir, readFile, writeFile } from 'node:fs/promises'
import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** A script as the workspace hands it over: its text, the path of a file that this machine has, or why it could not be read. */
export type InitScript = { name: string; text?: string; file?: string; error?: string }
/** Source of the words: compute.InitScriptExecutionDetailsInitScriptExecutionStatus in databricks-sdk-py. */
export type InitResult = { status: 'SUCCEEDED' | 'FAILED_EXECUTION' | 'FAILED_FETCH' | 'NOT_EXECUTED'; seconds: number; error?: string | undefined; exit_code?: number | undefined; last_lines?: string | undefined }
export type InitReport = { phase: 'started' | 'finished'; machine: string; address: string; results: InitResult[] }

type Place = { dir: string; console: (text: string) => void; env: NodeJS.ProcessEnv }

/** Runs the scripts in order, each as a program of its own; after the first that fails none is run. */
export async function runInitScripts(scripts: readonly InitScript[], place: Place): Promise<InitResult[]> {
  await mkdir(place.dir, { recursive: true })
  const results: InitResult[] = []
  for (const [at, script] of scripts.entries()) {
    const failed = results.some((each) => each.status !== 'SUCCEEDED')
    results.push(failed ? { status: 'NOT_EXECUTED', seconds: 0 } : await runOne(script, at, place))
  }
  return results
}

async function runOne(script: InitScript, at: number, place: Place): Promise<InitResult> {
  const began = Date.now()
  const seconds = () => Math.round((Date.now() - began) / 100) / 10
  if (script.error !== undefined) return { status: 'FAILED_FETCH', seconds: 0, error: script.error }
  const path = script.file ?? join(place.dir, `${at}.sh`)
  if (script.text !== undefined) await writeFile(path, script.text, { mode: 0o700 })
  if (!existsSync(path)) return { status: 'FAILED_FETCH', seconds: 0, error: `This machine has no file ${path}` }
  place.console(`brickyard: init script ${at + 1}: ${script.name}\n`)
  const { code, tail } = await program(path, join(place.dir, `${at}.log`), place)
  place.console(`brickyard: init script ${at + 1} ended with ${code === 0 ? 'success' : `exit code ${code}`} (${seconds()} s)\n`)
  return code === 0
    ? { status: 'SUCCEEDED', seconds: seconds(), exit_code: 0 }
    : { status: 'FAILED_EXECUTION', seconds: seconds(), exit_code: code, last_lines: tail, error: `Script exit status is ${code}` }
}

/** A script without a first line that names its interpreter is the shell's, as on Databricks. */
async function program(path: string, logFile: string, { console, env }: Place): Promise<{ code: number; tail: string }> {
  const executable = await access(path, constants.X_OK).then(() => true, () => false)
  const own = executable && (await readFile(path, 'latin1')).startsWith('#!')
  const shell = existsSync('/bin/bash') ? '/bin/bash' : '/bin/sh'
  const log = createWriteStream(logFile, { mode: 0o600 })
  let tail = ''
  const child = own ? spawn(path, [], { env, stdio: ['ignore', 'pipe', 'pipe'] }) : spawn(shell, [path], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      console(text)
      log.write(text)
      tail = (tail + text).slice(-4000)
    })
  const code = await new Promise<number>((resolve) => {
    child.once('error', (error) => {
      tail += error.message
      resolve(126)
    })
    child.once('close', (exit, signal) => resolve(exit ?? (signal ? 137 : 1)))
  })
  log.end()
  return { code, tail: tail.trimEnd().split('\n').slice(-15).join('\n') }
}

/** One call to the workspace with the cluster's token, repeated until it answers: it may be restarting just now. */
async function call<T>(method: 'GET' | 'POST', body?: unknown): Promise<T> {
  const { BRICKYARD_WORKSPACE_URL: workspace = '', BRICKYARD_TOKEN_FILE: tokenFile = 'token', BRICKYARD_CA_FILE: caFile } = process.env
  const url = new URL('/api/2.0/brickyard/machine/init-scripts', workspace)
  const token = (await readFile(tokenFile, 'utf8')).trim()
  const ca = caFile === undefined ? undefined : await readFile(caFile, 'utf8')
  const once = () =>
    new Promise<{ status: number; text: string }>((resolve, reject) => {
      const make = url.protocol === 'https:' ? httpsRequest : httpRequest
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
      const request = make(url, { method, headers, timeout: 15_000, ...(ca === undefined ? {} : { ca }) }, (response) => {
        let text = ''
        response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk)).on('error', reject)
        response.on('end', () => resolve({ status: response.statusCode ?? 500, text }))
      })
      request.on('timeout', () => request.destroy(new Error('no answer in 15 s'))).on('error', reject)
      request.end(body === undefined ? undefined : JSON.stringify(body))
    })
  for (let failures = 0; ; failures += 1) {
    const answer = await once().catch((error: Error) => ({ status: 503, text: error.message }))
    if (answer.status < 300) return JSON.parse(answer.text)
    if (failures === 5) process.stdout.write(`brickyard: the workspace does not answer about init scripts, trying on: ${answer.text.slice(0, 200)}\n`)
    if (answer.status < 500 || failures > 200) throw new Error(`the workspace answered ${answer.status}: ${answer.text.slice(0, 300)}`)
    await sleep(Math.min(3000, 200 * (failures + 1)))
  }
}

/** What the boot script calls on every machine before Spark starts. False: a script failed, and the machine does not go on. */
export async function initScripts(machine: string, address: string, dir: string): Promise<boolean> {
  const report = (phase: InitReport['phase'], results: InitResult[]) => call('POST', { phase, machine, address, results } satisfies InitReport)
  const { scripts } = await call<{ scripts: InitScript[] }>('GET')
  await report('started', [])
  const results = await runInitScripts(scripts, { dir, console: (text) => void process.stdout.write(text), env: process.env })
  await report('finished', results)
  return results.every((each) => each.status === 'SUCCEEDED')
}
