import type { NotebookLanguage } from '#web/api/generated/notebook-wire.ts'

/** What a cell is written in: by the magic of its first line, else the notebook's own language. */
export type CellLanguage = 'python' | 'sql' | 'scala' | 'r' | 'markdown' | 'shell' | 'fs' | 'pip' | 'run'

const magics: Record<string, CellLanguage> = { python: 'python', sql: 'sql', scala: 'scala', r: 'r', md: 'markdown', sh: 'shell', fs: 'fs', pip: 'pip', run: 'run' }
const own: Record<NotebookLanguage, CellLanguage> = { PYTHON: 'python', SQL: 'sql', SCALA: 'scala', R: 'r' }
export const magicOf: Record<CellLanguage, string> = { python: '%python', sql: '%sql', scala: '%scala', r: '%r', markdown: '%md', shell: '%sh', fs: '%fs', pip: '%pip', run: '%run' }
export const languageTitles: Record<CellLanguage, string> = { python: 'Python', sql: 'SQL', scala: 'Scala', r: 'R', markdown: 'Markdown', shell: 'Shell', fs: 'Files (%fs)', pip: 'Packages (%pip)', run: 'Other notebook (%run)' }

const magicLine = /^\s*%(\w+)[^\S\n]*/
const found = (source: string): { language: CellLanguage; length: number } | null => {
  const match = magicLine.exec(source)
  const language = match?.[1] === undefined ? undefined : magics[match[1]]
  return match === null || language === undefined ? null : { language, length: match[0].length }
}

export const languageOf = (source: string, notebook: NotebookLanguage): CellLanguage => found(source)?.language ?? own[notebook]

/** The source without its magic. */
export function bodyOf(source: string): string {
  const magic = found(source)
  return magic === null ? source : source.slice(magic.length).replace(/^\n/, '')
}

/** What to replace at the start of the source so that it is in another language. */
export function changeLanguage(source: string, to: CellLanguage, notebook: NotebookLanguage): { remove: number; insert: string } {
  const magic = found(source)
  const newline = magic !== null && source[magic.length] === '\n'
  const remove = magic === null ? 0 : magic.length + (newline ? 1 : 0)
  if (own[notebook] === to) return { remove, insert: '' }
  const oneLine = to === 'pip' || to === 'run' || to === 'fs'
  return { remove, insert: `${magicOf[to]}${oneLine ? ' ' : '\n'}` }
}
