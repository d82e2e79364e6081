import { join } from 'node:path'
import type { SetupStep } from '#base/step.ts'
import type { Place } from '../setup/place.ts'
import { pythonEnvironmentStep, pythonIn, type PythonEnvironment } from '../setup/python-environment.ts'

const environment: PythonEnvironment = {
  name: 'official Python client and the flights of New York',
  requirements: join(import.meta.dirname, 'python', 'requirements.txt'),
  prefix: 'walkabout/',
  options: ['--no-deps'],
}

export const pythonOfWalkabout = (place: Place): string => pythonIn(place, environment)

/** The official Python SDK and the flights. */
export const walkaboutPythonStep = (place: Place): SetupStep => pythonEnvironmentStep(place, environment)
