import { join } from 'node:path'
import type { Config } from '#base/config.ts'

/** What the control plane logs when it runs on its own. */
export const logFile = (config: Config): string => join(config.dataDir, 'log', 'brickyard.log')
