import type { StepResult, Tell } from './step.ts'
import { drawTable } from './table.ts'

export type Screen = { isTTY?: boolean; columns?: number; write(text: string): unknown }
export type Progress = ReturnType<typeof showProgress>

const seconds = (value: number) => `${value.toFixed(1)} s`
const indent = '      '

/** Shows the story while it happens: on a terminal with a running clock, elsewhere in plain lines. */
export function showProgress(screen: Screen, count: number) {
  const colour = (code: number, text: string) => (screen.isTTY ? `\u001b[${code}m${text}\u001b[0m` : text)
  let clock: NodeJS.Timeout | undefined
  let current: { title: string; begun: number } | undefined

  const wipe = () => { if (screen.isTTY) screen.write('\r\u001b[K') }
  const tick = () => {
    if (!current || !screen.isTTY) return
    const passed = seconds((performance.now() - current.begun) / 1000)
    screen.write(`\r\u001b[K${indent}${colour(2, `… ${passed}`)}`)
  }
  const write = (line: string) => {
    wipe()
    screen.write(`${line}\n`)
    tick()
  }

  return {
    begin(at: number, name: string): Tell {
      current = { title: `${String(at).padStart(2)}/${count}`, begun: performance.now() }
      write(colour(1, `${current.title} ${name}`))
      clock = screen.isTTY ? setInterval(tick, 200) : undefined
      return {
        line: (text) => { for (const each of text.split('\n')) write(`${indent}${each}`) },
        table: (columns, rows) => { for (const each of drawTable(columns, rows)) write(`${indent}${each}`) },
      }
    },
    end(result: StepResult): void {
      clearInterval(clock)
      current = undefined
      write(`${indent}${result.ok ? colour(32, '✓') : colour(31, '✗')} ${seconds(result.seconds)}  ${result.detail}`)
    },
    say: (text: string) => write(text),
    summary(results: readonly StepResult[]): void {
      const rows = results.map((result, at) => [String(at + 1), result.name, result.seconds.toFixed(1), result.ok ? 'ok' : 'FAILED'])
      const total = results.reduce((sum, result) => sum + result.seconds, 0)
      write('')
      for (const line of drawTable(['#', 'step', 'seconds', 'check'], [...rows, ['', 'all', total.toFixed(1), results.every((result) => result.ok) ? 'ok' : 'FAILED']])) write(line)
    },
  }
}
