import { join } from 'node:path'
import { Stop } from './failure.ts'
import { run, works } from './run.ts'

const names = ['python3', 'python3.14', 'python3.13', 'python3.12', 'python3.11', 'python3.10']

/** The first Python of 3.10 or newer on the path. Kernels run on it. */
export async function findPython(): Promise<string> {
  for (const name of names) {
    if (await works(name, ['-c', 'import sys; sys.exit(sys.version_info < (3, 10))'])) return (await run(name, ['-c', 'import sys; print(sys.executable)'])).trim()
  }
  throw new Stop('Python 3.10 or newer is missing; notebooks and Spark need it. Install it: apt-get install python3 python3-pip')
}

/** A Python that has pip: the given one, or an environment of it made in `folder`. */
export async function pipOf(python: string, folder: string): Promise<string> {
  if (await works(python, ['-m', 'pip', '--version'])) return python
  if (await works(python, ['-m', 'venv', folder])) return join(folder, 'bin', 'python')
  throw new Stop(`${python} has no pip, which set-up needs. Install it: apt-get install python3-pip`)
}
