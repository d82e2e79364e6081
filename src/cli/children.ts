import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { constants } from 'node:os'
import { asEnvironment, type Config } from '#base/config.ts'
import type { Place } from './setup/place.ts'

/** The environment of our own programs: the settings, and where Node and uv are. */
export function childEnvironment(config: Config, place: Place): NodeJS.ProcessEnv {
  return { ...process.env, ...asEnvironment(config), BRICKYARD_CACHE: place.cache }
}

/** Runs a program on our terminal and gives back its exit code. Signals that we get go to it as well, by the terminal or by us. */
export async function passThrough(command: string, args: string[], { cwd, config, place }: { cwd: string; config: Config; place: Place }): Promise<number> {
  const child = spawn(command, args, { cwd, stdio: 'inherit', env: childEnvironment(config, place) })
  return await exitCode(child)
}

/** Waits for the end of a child, handing on SIGTERM. */
export async function exitCode(child: ChildProcess): Promise<number> {
  const handOn = () => child.kill('SIGTERM')
  process.on('SIGTERM', handOn)
  try {
    const [code, signal]: [number | null, NodeJS.Signals | null] = await once(child, 'exit') as [number | null, NodeJS.Signals | null]
    return code ?? 128 + (signal ? constants.signals[signal] : 0)
  } finally {
    process.off('SIGTERM', handOn)
  }
}
