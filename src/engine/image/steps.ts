import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { SetupStep } from '#base/step.ts'
import { agentStep } from './agent.ts'
import { classesStep } from './classes.ts'
import { jarsStep } from './jars.ts'
import { javaNeeds, javaStep } from './java.ts'
import { pythonNeeds, pythonStep } from './python.ts'
import { fingerprint } from './stamp.ts'
import { startCacheStep } from './start-cache.ts'

export type ImageDeps = {
  /** Where the image is made. Machines may see it at another path (env BRICKYARD_IMAGE). */
  imageDir: string
  /** Downloads that may be used again. */
  cacheDir: string
  /** Absolute paths of the Node 24 binary and of `uv`. */
  node: string
  uv: string
  /** Root of this repository. */
  repoDir: string
}

/** What makes the image, in order: a later step uses what the earlier ones made. */
export function imageSteps(deps: ImageDeps): SetupStep[] {
  return [pythonStep(deps), outdates(javaStep(deps)), outdates(jarsStep(deps)), outdates(classesStep(deps)), agentStep(deps), startCacheStep(deps)]

  /** A start-up cache that does not fit its Java or its jars makes starts slower than none: it goes before they change. */
  function outdates(step: SetupStep): SetupStep {
    return {
      ...step,
      async run(report, signal) {
        await rm(join(deps.imageDir, 'aot'), { recursive: true, force: true })
        return step.run(report, signal)
      },
    }
  }
}

/** Folders outside the image that machines need to see at the same path, such as a system JDK. Ask after the steps are done. */
export async function exposePaths(imageDir: string): Promise<string[]> {
  return [...new Set([...(await pythonNeeds(imageDir)), ...(await javaNeeds(imageDir))])]
}

/** Names what the image was made from; another image has another version. */
export async function imageVersion(imageDir: string): Promise<string> {
  const stamps = await Promise.all(['python', 'java', 'jars', 'classes', 'agent'].map((step) => readFile(join(imageDir, 'steps', step), 'utf8').catch(() => '')))
  return `1.0.${parseInt(fingerprint(...stamps).slice(0, 8), 16)}`
}
