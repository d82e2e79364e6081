import { join } from 'node:path'
import { initScripts } from './init-scripts.ts'

// Main program of a machine's init scripts: `init.js <machine>`.
const { BRICKYARD_HOME: home = process.cwd(), BRICKYARD_ADDRESS: address = '' } = process.env
try {
  process.exitCode = (await initScripts(process.argv[2] ?? '', address, join(home, 'init_scripts'))) ? 0 : 1
} catch (error) {
  process.stdout.write(`brickyard: init scripts could not be run: ${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}
