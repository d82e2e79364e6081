import { Problem } from '#base/problem.ts'
import type { NotebookContents, NotebookLanguage } from '../notebooks/document.ts'
import { readItem, refusedFormat, type Format } from './formats/read.ts'
import { writeItem, type Written } from './formats/write.ts'
import { isZip } from './formats/zip.ts'
import type { Folders } from './folders.ts'
import { namesOf, pathOf } from './paths.ts'
import type { Overwriting, Placing } from './placing.ts'
import { childPath, infoOf } from './show.ts'
import type { ObjectRow } from './store.ts'
import type { Caller, Tree } from './tree.ts'

/** Source: WorkspaceAPI.import_ and export in databricks-sdk-py: 10 MB. */
export const largestNotebook = 10 * 1024 * 1024
/** A file that is sent as it is. */
export const largestFile = 100 * 1024 * 1024

export type Import = { path: string; content: Buffer; format: Format; language?: NotebookLanguage | undefined; overwrite: boolean }
/** Import and export of single things. */
export const transfer = (tree: Tree, contents: NotebookContents, place: Placing, folders: Folders) => {
  const { store, access } = tree

  async function put(caller: Caller, { path, content, format, language, overwrite }: Import): Promise<ObjectRow> {
    const names = namesOf(path)
    const folder = await tree.folderFor(caller, path)
    return place.put(caller, folder, readItem(names.at(-1) ?? '', content, format, language), { overwrite })
  }

  return {
    /** Source: WorkspaceAPI.import_. A zip in SOURCE format without a language is a folder. */
    async import(caller: Caller, wish: Import): Promise<void> {
      if (wish.content.length > largestNotebook)
        throw tooLarge(`The content of ${pathOf(namesOf(wish.path))} has ${wish.content.length} bytes`)
      if (wish.format === 'SOURCE' && !wish.language && isZip(wish.content)) {
        if (wish.overwrite) throw new Problem('invalid', 'A folder cannot be overwritten by an import.', { extra: { field: 'overwrite' } })
        await folders.unpack(caller, wish.path, wish.content, 'SOURCE')
      } else await put(caller, wish)
    },

    /** Source: WorkspaceAPI.export. */
    async export(caller: Caller, path: string, format: Format, direct: boolean): Promise<Written> {
      const found = await access.must(caller, await tree.find(caller, path), 'CAN_READ', 'export')
      if (found.type === 'DIRECTORY' && format !== 'SOURCE' && format !== 'AUTO') {
        if (format === 'DBC' || format === 'R_MARKDOWN') throw refusedFormat(format, 'export')
        throw new Problem('invalid', `A folder cannot be exported as ${format}: only as SOURCE or AUTO.`, { extra: { field: 'format' } })
      }
      const written =
        found.type === 'DIRECTORY'
          ? {
              bytes: await folders.pack(found, format === 'AUTO', largestNotebook * 4),
              fileType: 'zip',
              fileName: `${found.name || 'workspace'}.zip`,
            }
          : await writeItem(found, format, contents, () => store.content(found.object_id))
      const limit = direct && found.type === 'FILE' ? largestFile : largestNotebook
      if (written.bytes.length > limit) throw tooLarge(`The export of ${found.path} has ${written.bytes.length} bytes`, limit)
      return written
    },

    /**
     * A file as it is sent, a notebook when it says that it is one. Nothing is read before its folder is known to be there.
     * Clients tell a file in the way (409) from a notebook in the way (400). Source: the uploads of declarative deployments.
     */
    async importFile(
      caller: Caller,
      path: string,
      { format, ...how }: Overwriting & { format: 'AUTO' | 'RAW' },
      bytes: () => Promise<Buffer>,
    ) {
      const folder = await tree.folderFor(caller, path)
      const item = readItem(namesOf(path).at(-1) ?? '', await bytes(), format, undefined)
      const row = await place.put(caller, folder, item, how).catch(async (error: unknown) => {
        if (!(error instanceof Problem) || error.code !== 'already_exists') throw error
        const there = await store.child(folder.object_id, item.name)
        throw there?.type === 'FILE' ? new Problem('conflict', error.message, { extra: { wireCode: 'RESOURCE_ALREADY_EXISTS' } }) : error
      })
      return infoOf(row, childPath(folder, row.name))
    },

    /** The bytes of a file; of a notebook its source. */
    async read(caller: Caller, path: string): Promise<Written> {
      const found = await access.must(caller, await tree.find(caller, path), 'CAN_READ', 'read')
      if (found.type === 'DIRECTORY') throw new Problem('invalid', `Path (${found.path}) is a folder.`, { extra: { field: 'path' } })
      return writeItem(found, 'AUTO', contents, () => store.content(found.object_id))
    },
  }
}

export const tooLarge = (what: string, limit = largestNotebook) =>
  new Problem('invalid', `${what}; the limit is ${limit} bytes.`, { extra: { field: 'content', wireCode: 'MAX_NOTEBOOK_SIZE_EXCEEDED' } })
