/** Where a reader has come to in a console: how far from its start, and the last thing read, because its start may be cut off. */
type Place = { at: number; tail: string }
const tailLength = 96

const written = ({ at, tail }: Place): string => Buffer.from(JSON.stringify([at, tail])).toString('base64url')
function read(cursor: string): Place | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))
    return Array.isArray(value) && typeof value[0] === 'number' && typeof value[1] === 'string' ? { at: value[0], tail: value[1] } : undefined
  } catch {
    return undefined
  }
}

/** Pure: what is new in a console since a cursor. Only whole lines are given, unless nothing will follow. */
export function since(console: string, cursor: string | undefined, ended: boolean): { text: string; next: string; reset: boolean } {
  const place = cursor === undefined ? undefined : read(cursor)
  const start = place !== undefined ? found(console, place) : cursor === undefined ? 0 : undefined
  const from = start ?? 0
  const end = ended ? console.length : Math.max(from, console.lastIndexOf('\n') + 1)
  return { text: console.slice(from, end), next: written({ at: end, tail: console.slice(Math.max(0, end - tailLength), end) }), reset: cursor !== undefined && start === undefined }
}

function found(console: string, { at, tail }: Place): number | undefined {
  if (console.slice(Math.max(0, at - tail.length), at) === tail && at <= console.length) return at
  const index = tail === '' ? -1 : console.lastIndexOf(tail)
  return index < 0 ? undefined : index + tail.length
}

const logged = /^\d\d:\d\d:\d\d\.\d{3} [A-Z]+ /
const goesOn = /^(\s|Caused by: |\.\.\. |[\w.$]+(Exception|Error)\b)/

/** Pure: the lines that Spark logged, with their stack traces; not what init scripts, programs and the machine itself say. */
export function sparkLines(text: string): string {
  let ours = false
  return text
    .split('\n')
    .filter((line, index, all) => {
      if (index === all.length - 1 && line === '') return true
      ours = logged.test(line) || (ours && goesOn.test(line))
      return ours
    })
    .join('\n')
}
