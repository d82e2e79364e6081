import { expect, test } from 'vitest'
import { toHtml } from './html.ts'
import { fromJupyter, readsAsJupyter, toJupyter } from './jupyter.ts'

const cells = [
  { id: 'a', source: 'print(1)\nprint(2)', title: 'Numbers' },
  { id: 'b', source: '%md\n# Title\ntext' },
  { id: 'c', source: '%md one line' },
  { id: 'd', source: '%sql\nselect 1' },
  { id: 'e', source: '' },
  { id: 'f', source: '%md-sandbox\n<b>x</b>' },
]

test('a notebook written for Jupyter is read as the same notebook', () => {
  const text = toJupyter({ language: 'PYTHON', cells }, 'demo')
  const file = JSON.parse(text)
  expect(file).toMatchObject({
    nbformat: 4,
    nbformat_minor: 5,
    metadata: { language_info: { name: 'python' }, kernelspec: { name: 'python3' } },
  })
  expect(file.cells.map((cell: { cell_type: string }) => cell.cell_type)).toEqual([
    'code',
    'markdown',
    'markdown',
    'code',
    'code',
    'markdown',
  ])
  expect(file.cells[0]).toMatchObject({ source: ['print(1)\n', 'print(2)'], outputs: [], execution_count: null })
  expect(fromJupyter(text)).toEqual({ language: 'PYTHON', cells: [...cells.slice(0, 5), { id: 'f', source: '%md <b>x</b>' }] })
  for (const language of ['SQL', 'SCALA', 'R'] as const)
    expect(fromJupyter(toJupyter({ language, cells: [] }, 'x'))).toEqual({ language, cells: [] })
})

test('results go out when they are given, and do not come in', () => {
  const text = toJupyter({ language: 'PYTHON', cells }, 'demo', { a: [{ output_type: 'stream', name: 'stdout', text: '1\n2\n' }] })
  expect(JSON.parse(text).cells[0].outputs).toEqual([{ output_type: 'stream', name: 'stdout', text: '1\n2\n' }])
  expect(JSON.stringify(fromJupyter(text))).not.toContain('stdout')
})

test('files of others are read: text in one piece, no ids, doubled ids, magics of Jupyter', () => {
  const read = fromJupyter(
    JSON.stringify({
      nbformat: 4,
      metadata: { kernelspec: { name: 'ir', language: 'R' }, language_info: 7 },
      cells: [
        { cell_type: 'code', source: '%%sql\nselect 1' },
        { id: 'same', cell_type: 'code', source: ['%%time\n', 'x'] },
        { id: 'same', cell_type: 'raw', source: 'as it is' },
        { id: 'not an id!', cell_type: 'markdown', source: '', metadata: { 'application/vnd.databricks.v1+cell': 'broken' } },
      ],
    }),
  )
  expect(read.language).toBe('R')
  expect(read.cells.map((cell) => cell.source)).toEqual(['%sql\nselect 1', '%%time\nx', '%md\nas it is', '%md '])
  expect(new Set(read.cells.map((cell) => cell.id)).size).toBe(4)
})

test.each([
  '',
  '{',
  '[]',
  '{}',
  '{"nbformat":4}',
  '{"nbformat":4,"cells":[{"cell_type":"code"}]}',
  '{"nbformat":3,"worksheets":[]}',
  'null',
])('%j is no notebook', (text) => {
  expect(readsAsJupyter(text)).toBe(false)
  expect(() => fromJupyter(text)).toThrow('not a Jupyter notebook')
})

test('a page of a notebook runs nothing of it', () => {
  const page = toHtml(
    { language: 'PYTHON', cells: [{ id: 'x', source: '%md <img src=x onerror=alert(1)>', title: '</h2><script>' }] },
    '<title>',
  )
  expect(page).not.toMatch(/<script|<img/)
  expect(page).toContain("default-src 'none'")
})
