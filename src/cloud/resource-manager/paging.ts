import type { Bag } from '../store/tables.ts'
import type { Call, Reply } from './operation.ts'
import { bad } from './problems.ts'

const largest = 1000

export type Page = { size: number; after: string | null }

/** `$top` is a page's size; `$skiptoken` is the last key of the page before. */
export function pageOf(call: Pick<Call, 'query'>): Page {
  const top = call.query.get('$top')
  const size = top === null ? largest : Number(top)
  if (!Number.isInteger(size) || size < 1) throw bad('InvalidTopQueryParameter', `The value of '$top' must be a positive whole number; it is '${top ?? ''}'.`)
  const token = call.query.get('$skiptoken') ?? call.query.get('$skipToken')
  return { size: Math.min(size, largest), after: token === null ? null : Buffer.from(token, 'base64url').toString('utf8') }
}

/** `rows` were asked for one beyond the page, so that it is known whether there is a next one. */
export async function paged<Row extends { key: string }>(call: Pick<Call, 'path' | 'query'>, publicUrl: string, page: Page, rows: readonly Row[], show: (row: Row) => Bag | Promise<Bag>): Promise<Reply> {
  const shown = rows.slice(0, page.size)
  const value = await Promise.all(shown.map(async (row) => show(row)))
  const last = shown.at(-1)
  if (rows.length <= page.size || !last) return { status: 200, body: { value } }
  const query = new URLSearchParams(call.query)
  query.delete('$skipToken')
  query.set('$skiptoken', Buffer.from(last.key).toString('base64url'))
  return { status: 200, body: { value, nextLink: `${publicUrl}${call.path}?${query.toString()}` } }
}
