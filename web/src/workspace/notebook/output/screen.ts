// What a terminal would show: text with carriage returns, backspaces, cursor-up and colours (ECMA-48 §8.3, as progress bars use
// them). Fed piece by piece, so that a million lines cost what they cost once.

/** `fg`/`bg`: a number of the 256 colour palette, or `#rrggbb`. */
export type Look = { fg?: number | string; bg?: number | string; bold?: boolean; dim?: boolean; italic?: boolean; underline?: boolean; inverse?: boolean; strike?: boolean }
export type Span = { text: string; look: Look }
export type Line = readonly Span[]
export type Screen = {
  readonly lines: readonly Line[]
  write(text: string): void
}

const plain: Look = {}
/** A longer line is cut: no window shows it, and the browser would choke on laying it out. */
const longestLine = 20_000

export function newScreen(): Screen {
  const lines: Line[] = [[]]
  let [row, column] = [0, 0]
  let look: Look = plain
  // The start of an escape sequence whose end is still to come.
  let rest = ''

  const put = (text: string) => {
    const line = lines[row] ?? []
    const width = widthOf(line)
    if (column >= longestLine) return
    const fits = text.slice(0, longestLine - column)
    const tail = fits.length < text.length ? ' …' : ''
    if (column === width) lines[row] = joined(line, { text: fits + tail, look })
    else {
      const before = column > width ? joined(line, { text: ' '.repeat(column - width), look: plain }) : cut(line, 0, column)
      lines[row] = [...joined(before, { text: fits + tail, look }), ...cut(line, column + fits.length, Infinity)]
    }
    column += fits.length + tail.length
  }
  const down = () => {
    row += 1
    column = 0
    lines[row] ??= []
  }
  const control = (letter: string, numbers: readonly number[]) => {
    const count = Math.max(1, numbers[0] ?? 1)
    if (letter === 'm') look = lookAfter(look, numbers)
    else if (letter === 'A') row = Math.max(0, row - count)
    else if (letter === 'B') for (const end = row + Math.min(count, 1000); row < end;) { row += 1; lines[row] ??= [] }
    else if (letter === 'C') column = Math.min(longestLine, column + count)
    else if (letter === 'D') column = Math.max(0, column - count)
    else if (letter === 'G') column = Math.min(longestLine, count - 1)
    else if (letter === 'K') lines[row] = numbers[0] === 1 ? cut(lines[row] ?? [], column, Infinity) : cut(lines[row] ?? [], 0, numbers[0] === 2 ? 0 : column)
    else if (letter === 'J' && numbers[0] === 2) { lines.length = 0; lines[0] = []; row = 0; column = 0 }
  }

  return {
    lines,
    write(more) {
      const text = rest + more
      rest = ''
      let at = 0
      while (at < text.length) {
        const end = nextControl(text, at)
        if (end > at) put(text.slice(at, end))
        at = end
        const code = text.charCodeAt(at)
        if (code === 10) down()
        else if (code === 13) column = 0
        else if (code === 8) column = Math.max(0, column - 1)
        else if (code === 9) put(' '.repeat(8 - (column % 8)))
        else if (code === 27) {
          const sequence = sequenceAt(text, at)
          if (sequence === 'unfinished') {
            rest = text.slice(at)
            return
          }
          if (sequence.letter !== undefined) control(sequence.letter, sequence.numbers)
          at += sequence.length - 1
        }
        at += 1
      }
    },
  }
}

/** The same in one go, without an empty line at the end. */
export function screenOf(text: string): readonly Line[] {
  const screen = newScreen()
  screen.write(text)
  return shownLines(screen)
}
/** Text usually ends in a newline: the empty line after it is not shown. */
export const shownLines = ({ lines }: Screen): readonly Line[] => (lines.length > 1 && lines.at(-1)?.length === 0 ? lines.slice(0, -1) : lines)
export const plainText = (lines: readonly Line[]): string => lines.map((line) => line.map(({ text }) => text).join('')).join('\n')

// oxlint-disable-next-line no-control-regex -- these are the characters in question
const controls = /[\u0000-\u0009\u000a-\u001f\u007f]/g
function nextControl(text: string, from: number): number {
  controls.lastIndex = from
  return controls.exec(text)?.index ?? text.length
}

type Sequence = { length: number; letter?: string; numbers: readonly number[] }
function sequenceAt(text: string, at: number): Sequence | 'unfinished' {
  const next = text[at + 1]
  if (next === undefined) return 'unfinished'
  if (next === '[') {
    let end = at + 2
    while (end < text.length && !isFinal(text.charCodeAt(end))) end++
    if (end >= text.length) return end - at > 64 ? { length: end - at, numbers: [] } : 'unfinished'
    const inside = text.slice(at + 2, end)
    const own = /^[\d;:]*$/.test(inside)
    return { length: end - at + 1, numbers: own && inside !== '' ? inside.split(/[;:]/).map(Number) : [], ...(own ? { letter: text[end] ?? '' } : {}) }
  }
  if (next === ']') {
    // An operating system command, e.g. a hyperlink: ends with BEL or ESC \. Its text is shown, its address is not.
    // oxlint-disable-next-line no-control-regex
    const end = /\u0007|\u001b\\/.exec(text.slice(at))
    return end === null ? (text.length - at > 4096 ? { length: 2, numbers: [] } : 'unfinished') : { length: end.index + end[0].length, numbers: [] }
  }
  return { length: 2, numbers: [] }
}
const isFinal = (code: number): boolean => code >= 0x40 && code <= 0x7e

/** Select Graphic Rendition. Source: ECMA-48 §8.3.117; 38;5;n and 38;2;r;g;b are ITU-T T.416. */
function lookAfter(before: Look, numbers: readonly number[]): Look {
  let look: Look = { ...before }
  const all = numbers.length === 0 ? [0] : [...numbers]
  for (let at = 0; at < all.length; at++) {
    const n = all[at] ?? 0
    if (n === 0) look = {}
    else if (n === 1) look.bold = true
    else if (n === 2) look.dim = true
    else if (n === 3) look.italic = true
    else if (n === 4) look.underline = true
    else if (n === 7) look.inverse = true
    else if (n === 9) look.strike = true
    else if (n === 22) { delete look.bold; delete look.dim }
    else if (n === 23) delete look.italic
    else if (n === 24) delete look.underline
    else if (n === 27) delete look.inverse
    else if (n === 29) delete look.strike
    else if (n >= 30 && n <= 37) look.fg = n - 30
    else if (n === 39) delete look.fg
    else if (n >= 40 && n <= 47) look.bg = n - 40
    else if (n === 49) delete look.bg
    else if (n >= 90 && n <= 97) look.fg = n - 82
    else if (n >= 100 && n <= 107) look.bg = n - 92
    else if (n === 38 || n === 48) {
      const which = n === 38 ? 'fg' : 'bg'
      if (all[at + 1] === 5) { look[which] = Math.min(255, all[at + 2] ?? 0); at += 2 }
      else if (all[at + 1] === 2) { look[which] = `#${[2, 3, 4].map((step) => Math.min(255, all[at + step] ?? 0).toString(16).padStart(2, '0')).join('')}`; at += 4 }
    }
  }
  return Object.keys(look).length === 0 ? plain : look
}

const widthOf = (line: Line): number => {
  let width = 0
  for (const span of line) width += span.text.length
  return width
}
const joined = (line: Line, span: Span): Line => {
  const last = line.at(-1)
  if (span.text === '') return line
  return last?.look === span.look ? [...line.slice(0, -1), { text: last.text + span.text, look: span.look }] : [...line, span]
}
function cut(line: Line, from: number, to: number): Line {
  const kept: Span[] = []
  let at = 0
  for (const { text, look } of line) {
    const part = text.slice(Math.max(0, from - at), Math.max(0, to - at))
    if (part !== '') kept.push({ text: part, look })
    at += text.length
  }
  return kept
}
