import { z } from 'zod'
import { Problem } from '#base/problem.ts'

const At = z.object({ destination: z.string() })
/** Where one script lies: exactly one place. Source: compute.InitScriptInfo in databricks-sdk-py. */
export const InitScriptInfo = z.object({
  workspace: At.optional(),
  dbfs: At.optional(),
  abfss: At.optional(),
  file: At.optional(),
  volumes: At.optional(),
  s3: z.looseObject({ destination: z.string() }).optional(),
  gcs: At.optional(),
})
export type InitScript = z.infer<typeof InitScriptInfo>
export type RootStorage = { account: string; container: string }

/** What a script is, in the form in which it is fetched. */
export type Place = { from: 'workspace' | 'root'; path: string; name: string } | { from: 'machine'; path: string; name: string }

const notYet = { volumes: 'a volume', s3: 'S3', gcs: 'Google Cloud Storage' } as const

/** Refuses, naming the field, what no machine could ever run. */
export function mustBeReadable(script: InitScript, field: string, root: RootStorage | undefined): void {
  const given = Object.entries(script).filter(([, value]) => value !== undefined)
  if (given.length !== 1) throw invalid(field, 'exactly one of workspace, dbfs, abfss and file must be given')
  for (const [kind, what] of Object.entries(notYet))
    if (given[0]?.[0] === kind) throw new Problem('not_implemented', `Init scripts on ${what} (field ${field}.${kind}) are not implemented yet by this workspace.`)
  placeOf(script, field, root)
}

/** Where the script is read. Throws a Problem that names the field when its destination is no such place. */
export function placeOf(script: InitScript, field = 'init_scripts', root?: RootStorage): Place {
  const { workspace, dbfs, abfss, file } = script
  if (workspace) return { from: 'workspace', name: `workspace:${workspace.destination}`, path: whole(workspace.destination.replace(/^(workspace:)?(\/Workspace(?=\/))?/, ''), `${field}.workspace`) }
  if (dbfs) return { from: 'root', name: dbfs.destination, path: whole(after(dbfs.destination, /^dbfs:(?=\/)/, `${field}.dbfs`, 'dbfs:/folder/script.sh'), `${field}.dbfs`) }
  if (file) return { from: 'machine', name: file.destination, path: whole(after(file.destination, /^file:(?=\/)/, `${field}.file`, 'file:/folder/script.sh'), `${field}.file`) }
  const [, container, account, path = ''] = /^abfss:\/\/([^@/]+)@([^./]+)\.dfs\.core\.windows\.net(\/.*)$/.exec(abfss?.destination ?? '') ?? []
  const at = `${field}.abfss`
  if (!abfss || container === undefined) throw invalid(`${at}.destination`, 'it must look like abfss://container@account.dfs.core.windows.net/folder/script.sh')
  if (root && (account !== root.account || container !== root.container))
    throw invalid(`${at}.destination`, `machines can read ${root.container}@${root.account} only, the root storage of this workspace`)
  return { from: 'root', name: abfss.destination, path: whole(path, at) }
}

function after(destination: string, start: RegExp, field: string, example: string): string {
  if (!start.test(destination)) throw invalid(`${field}.destination`, `it must look like ${example}`)
  return destination.replace(start, '')
}

function whole(path: string, field: string): string {
  if (!path.startsWith('/') || path.endsWith('/') || path.split('/').includes('..')) throw invalid(`${field}.destination`, 'it must be the whole path of a file, starting with /')
  return path
}

const invalid = (field: string, message: string) => new Problem('invalid', `Invalid value for field ${field}: ${message}`, { extra: { field } })
