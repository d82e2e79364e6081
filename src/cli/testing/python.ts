import { join } from 'node:path'
import type { SetupStep } from '#base/step.ts'
import type { Place } from '../setup/place.ts'
import { pythonEnvironmentStep, pythonIn, type PythonEnvironment } from '../setup/python-environment.ts'

const environment = (place: Place): PythonEnvironment => ({
  name: 'official Python clients for the tests',
  requirements: join(place.repo, 'conformance', 'python', 'requirements.txt'),
  prefix: join('conformance', 'python-'),
})

export const pythonOf = (place: Place): string => pythonIn(place, environment(place))

/** The official Python clients. */
export const pythonStep = (place: Place): SetupStep => pythonEnvironmentStep(place, environment(place))
