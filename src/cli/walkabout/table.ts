export type Cell = string | number | boolean | null

const isNumber = (cell: Cell) => typeof cell === 'number' || (typeof cell === 'string' && /^-?[\d,]+(\.\d+)?$/.test(cell))
const text = (cell: Cell) => (cell === null ? '' : typeof cell === 'number' ? cell.toLocaleString('en-US', { maximumFractionDigits: 2 }) : String(cell))

/** A table in plain characters: names to the left, numbers to the right. */
export function drawTable(columns: readonly string[], rows: readonly (readonly Cell[])[]): string[] {
  const widths = columns.map((name, at) => Math.max(name.length, ...rows.map((row) => text(row[at] ?? null).length)))
  const right = columns.map((_name, at) => rows.length > 0 && rows.every((row) => isNumber(row[at] ?? null)))
  const line = (cells: readonly string[]) => cells.map((cell, at) => (right[at] ? cell.padStart(widths[at] ?? 0) : cell.padEnd(widths[at] ?? 0))).join('  ').trimEnd()
  return [line(columns), line(widths.map((width) => '─'.repeat(width))), ...rows.map((row) => line(columns.map((_name, at) => text(row[at] ?? null))))]
}
