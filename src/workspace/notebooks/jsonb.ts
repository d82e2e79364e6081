import { sql } from 'kysely'

/** A jsonb value of anything a program printed: Postgres holds neither U+0000 (shown as its symbol) nor half a surrogate pair. */
export const anyJson = <T>(value: T) => sql<T>`${storableJson(JSON.stringify(value))}::jsonb`

// JSON.stringify escapes only surrogates without a partner.
const storableJson = (text: string) => text.replaceAll(/(?<!\\)((?:\\\\)*)\\u(0000|d[89a-f][0-9a-f]{2})/g, (_all, before: string, code: string) => `${before}\\u${code === '0000' ? '2400' : 'fffd'}`)

/** The same for a text column. */
export const storableText = (text: string): string => text.toWellFormed().replaceAll('\0', '\u2400')
