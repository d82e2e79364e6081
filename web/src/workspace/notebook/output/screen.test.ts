import { describe, expect, it } from 'vitest'
import { newScreen, plainText, screenOf } from './screen.ts'

const esc = '\u001b'
const text = (input: string) => plainText(screenOf(input))

describe('a text output', () => {
  it('shows lines as they are and no empty one at the end', () => {
    expect(text('one\ntwo\n')).toBe('one\ntwo')
    expect(text('')).toBe('')
  })
  it('lets a carriage return overwrite, as progress bars do', () => {
    expect(text('10%\r20%\r100%\n')).toBe('100%')
    expect(text('abcdef\rXY')).toBe('XYcdef')
    expect(text(`long text\r${esc}[Kshort`)).toBe('short')
    expect(text('windows\r\nline')).toBe('windows\nline')
  })
  it('moves up and writes over lines above', () => expect(text(`a\nb\n${esc}[2AX${esc}[2BY`)).toBe('X\nb\n Y'))
  it('keeps colours as data, never as markup', () => {
    const [line] = screenOf(`${esc}[1;31mred${esc}[0m <b>plain</b> ${esc}[38;5;208mpal${esc}[48;2;1;2;255mrgb`)
    expect(line).toEqual([
      { text: 'red', look: { bold: true, fg: 1 } },
      { text: ' <b>plain</b> ', look: {} },
      { text: 'pal', look: { fg: 208 } },
      { text: 'rgb', look: { fg: 208, bg: '#0102ff' } },
    ])
  })
  it('understands a sequence that arrives in two pieces', () => {
    const screen = newScreen()
    for (const piece of ['a', esc, '[3', '2', 'mgreen', `${esc}[`, '0m!']) screen.write(piece)
    expect(screen.lines).toEqual([[{ text: 'a', look: {} }, { text: 'green', look: { fg: 2 } }, { text: '!', look: {} }]])
  })
  it('passes over sequences it does not know and links', () => {
    expect(text(`${esc}[?25lhidden${esc}[?25h`)).toBe('hidden')
    expect(text(`${esc}]8;;http://x\u0007link${esc}]8;;\u0007`)).toBe('link')
  })
  it('cuts a line that no window can show', () => expect(text('x'.repeat(50_000)).length).toBeLessThan(20_010))
  it('takes 200,000 lines in well under a second', () => {
    const screen = newScreen()
    const begin = performance.now()
    for (let n = 0; n < 2000; n++) screen.write('0123456789 abcdefghij\n'.repeat(100))
    expect(screen.lines.length).toBe(200_001)
    expect(performance.now() - begin).toBeLessThan(2000)
  })
})
