import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { SetupStep } from '#base/step.ts'
import type { Place } from '#cli/setup/place.ts'
import { pythonEnvironmentStep, pythonIn, type PythonEnvironment } from '#cli/setup/python-environment.ts'

const environment: PythonEnvironment = { name: 'JupyterLab, to measure beside', requirements: join(import.meta.dirname, 'requirements.txt'), prefix: 'bench/jupyterlab-' }
export const jupyterLabStep = (place: Place): SetupStep => pythonEnvironmentStep(place, environment)

export type JupyterLab = { url: string; stop(): Promise<void> }

/** JupyterLab as it is installed, with one notebook and nothing of the user's own settings. `url` opens the notebook. */
export async function startJupyterLab(place: Place, sources: readonly string[]): Promise<JupyterLab> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-jupyterlab-'))
  const cells = sources.map((source, index) => ({ cell_type: 'code', id: `c${index}`, execution_count: null, metadata: {}, outputs: [], source }))
  const kernel = { name: 'python3', display_name: 'Python 3', language: 'python' }
  await writeFile(join(folder, 'bench.ipynb'), JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata: { kernelspec: kernel, language_info: { name: 'python' } }, cells }))
  const [port, token] = [await freePort(), crypto.randomUUID()]
  const own = { HOME: folder, JUPYTER_CONFIG_DIR: join(folder, '.config'), JUPYTER_DATA_DIR: join(folder, '.data'), JUPYTER_RUNTIME_DIR: join(folder, '.runtime'), IPYTHONDIR: join(folder, '.ipython') }
  const options = ['--no-browser', '--allow-root', '--ip=127.0.0.1', `--port=${port}`, '--ServerApp.port_retries=0', `--IdentityProvider.token=${token}`, `--ServerApp.root_dir=${folder}`, '--LabApp.extension_manager=readonly', '--LabApp.news_url=None']
  const child = spawn(pythonIn(place, environment), ['-m', 'jupyterlab', ...options], { env: { ...process.env, ...own }, stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  child.stderr.on('data', (text: Buffer) => { said = (said + text.toString()).slice(-4000) })
  const stop = async () => {
    await ended(child)
    await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })
  }
  const url = `http://127.0.0.1:${port}`
  for (const end = Date.now() + 60_000; ;) {
    const answers = await fetch(`${url}/api`).then((response) => response.ok, () => false)
    if (answers) return { url: `${url}/lab/tree/bench.ipynb?token=${token}`, stop }
    if (child.exitCode !== null || Date.now() > end) {
      await stop()
      throw new Error(`JupyterLab did not start:\n${said}`)
    }
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return
  const gone = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGTERM')
  const late = setTimeout(() => child.kill('SIGKILL'), 10_000)
  await gone
  clearTimeout(late)
}

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer().once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
