import type { SetupStep } from '#base/step.ts'

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

/** What makes the image, in order. */
export function imageSteps(_deps: ImageDeps): SetupStep[] {
  return []
}

/** Folders outside the image that machines need to see at the same path, such as a system JDK. Ask after the steps are done. */
export async function exposePaths(_imageDir: string): Promise<string[]> {
  return []
}
