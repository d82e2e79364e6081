import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Fingerprint of what a step is made from. A step is done when its stamp says the same. */
export const fingerprint = (...parts: readonly string[]): string => createHash('sha256').update(parts.join('\0')).digest('hex').slice(0, 32)

export async function stamped(imageDir: string, step: string, print: string): Promise<boolean> {
  return (await readFile(join(imageDir, 'steps', step), 'utf8').catch(() => '')) === print
}

/** Written last, by rename: a step cut off before leaves no stamp and is done again. */
export async function stampDone(imageDir: string, step: string, print: string): Promise<void> {
  await mkdir(join(imageDir, 'steps'), { recursive: true })
  await writeFile(join(imageDir, 'steps', `${step}.new`), print)
  await rename(join(imageDir, 'steps', `${step}.new`), join(imageDir, 'steps', step))
}

/** Size on disk of a folder's files, without following links. */
export async function bytesUnder(dir: string): Promise<number> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true }).catch(() => [])
  let bytes = 0
  for (const entry of entries) if (entry.isFile()) bytes += (await stat(join(entry.parentPath, entry.name))).size
  return bytes
}

/** All files under a folder with their contents, in a fixed order, for a fingerprint. */
export async function contentsOf(dir: string, keep: (path: string) => boolean): Promise<Array<{ path: string; text: Buffer }>> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true })
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name).slice(dir.length + 1))
  return Promise.all(paths.filter(keep).sort().map(async (path) => ({ path, text: await readFile(join(dir, path)) })))
}
