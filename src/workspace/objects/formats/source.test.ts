import { expect, test } from 'vitest'
import type { NotebookLanguage } from '../../notebooks/document.ts'
import { fromSource, hasHeader, languageOf, toSource } from './source.ts'

const python = `# Databricks notebook source
import os
print(os.getcwd())

# COMMAND ----------

# DBTITLE 1,Flights, by month
# MAGIC %sql
# MAGIC select month, count(*)
# MAGIC
# MAGIC from flights group by 1

# COMMAND ----------

# MAGIC %md
# MAGIC # Heading
# MAGIC 
# MAGIC   indented

# COMMAND ----------



x = 1


# COMMAND ----------

# MAGIC %pip install requests
`

test('a file of the product comes out as it went in', () => {
  const document = fromSource(python, 'PYTHON')
  expect(document.cells.map(({ source, title }) => ({ source, title }))).toEqual([
    { source: 'import os\nprint(os.getcwd())', title: undefined },
    { source: '%sql\nselect month, count(*)\n\nfrom flights group by 1', title: 'Flights, by month' },
    { source: '%md\n# Heading\n \n  indented', title: undefined },
    { source: '\n\nx = 1\n', title: undefined },
    { source: '%pip install requests', title: undefined },
  ])
  expect(toSource(document)).toBe(python)
})

const awkward = [
  [],
  [''],
  ['', ''],
  ['', '', ''],
  ['\n'],
  ['a\n', '\nb', '\n\n'],
  ['# COMMAND ----------', '-- COMMAND ----------', '// COMMAND ----------'],
  ['x\n# COMMAND ----------\ny', '# MAGIC %sql', '-- MAGIC x', '// MAGIC', '# MAGIC # MAGIC'],
  ['# DBTITLE 1,not a title\nx', '-- DBTITLE 1,no', '// DBTITLE 1,no'],
  ['# Databricks notebook source\n1', '-- Databricks notebook source', '// Databricks notebook source'],
  ['%sql\nselect 1\n\n-- COMMAND ----------\n', '%md', '%md ', ' %md x\n \n  \n'],
  ['import matplotlib\n%matplotlib inline\nplot()', 'x = """\n%d rows\n"""'],
  ['größer = "日本"\t', '😀'],
]
test.each(['PYTHON', 'SQL', 'SCALA', 'R'] as const satisfies NotebookLanguage[])(
  'every %s document survives being written as source',
  (language) => {
    for (const sources of awkward) {
      const cells = sources.map((source, index) => ({ id: String(index), source, ...(index === 1 ? { title: 'A title' } : {}) }))
      const text = toSource({ language, cells })
      const again = fromSource(text, language)
      expect(
        again.cells.map((cell) => cell.source),
        text,
      ).toEqual(sources)
      expect(again.cells[1]?.title).toBe(sources.length > 1 ? 'A title' : undefined)
      expect(toSource(again)).toBe(text)
      expect(hasHeader(text, language)).toBe(true)
    }
  },
)

test('what Windows and plain scripts look like is read too', () => {
  expect(
    fromSource('\uFEFF# Databricks notebook source\r\na\r\n\r\n# COMMAND ----------\r\n\r\nb\r\n', 'PYTHON').cells.map(
      (cell) => cell.source,
    ),
  ).toEqual(['a', 'b'])
  expect(fromSource('print(1)\nprint(2)\n', 'PYTHON').cells.map((cell) => cell.source)).toEqual(['print(1)\nprint(2)'])
  expect(fromSource('# Databricks notebook source\n# COMMAND ----------\nx', 'PYTHON').cells.map((cell) => cell.source)).toEqual(['', 'x'])
})

test('a notebook is told by its first line and the extension', () => {
  expect(hasHeader('# Databricks notebook source\nx', 'PYTHON')).toBe(true)
  expect(hasHeader('# Databricks notebook source\nx', 'SQL')).toBe(false)
  expect(hasHeader('\n# Databricks notebook source\nx', 'PYTHON')).toBe(false)
  expect(hasHeader('# Databricks notebook sources', 'PYTHON')).toBe(false)
  expect(['a.py', 'b.SQL', 'c.scala', 'd.R', 'e.pyc', 'py'].map(languageOf)).toEqual(['PYTHON', 'SQL', 'SCALA', 'R', undefined, undefined])
})
