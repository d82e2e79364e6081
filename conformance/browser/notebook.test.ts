import axe from 'axe-core'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { cell, member, notebookWith, onlyMember, openNotebook, output, runCell, source, written } from './notebook-world.ts'
import { openBrowser, type Person } from './people.ts'

const url = inject('workspaceUrl')
let browser: Browser
let ada: Person
beforeAll(async () => {
  browser = await openBrowser()
  ada = await member(browser, url)
})
afterAll(() => browser?.close())
const mine = (cells: readonly string[], more: Partial<Parameters<typeof notebookWith>[1]> = {}) => notebookWith(url, { cells, for: { [ada.account.upn]: 'CAN_MANAGE' }, ...more })
/** Text of an output, again and again. */
const says = (number: number, seconds = 30) => expect.poll(() => output(ada.page, number).innerText().catch(() => ''), { timeout: seconds * 1000 })

test('a notebook goes from empty to a chart, by mouse and keyboard', async () => {
  const { page } = ada
  await page.goto(`${url}/notebook/${await mine([], { attach: false })}`)
  await page.getByRole('button', { name: 'Add a code cell' }).click()
  await source(page, 1).waitFor()
  await page.keyboard.type('display(spark.range(70).selectExpr("concat(\'day \', id % 7) as day", "id as flights"))')
  await page.keyboard.press('Control+Enter')
  // No cluster yet: it asks, and then runs what was asked for.
  await page.getByRole('menuitem', { name: /^shared/ }).click()
  const table = page.getByRole('table', { name: 'Table of Cell 1' })
  await table.waitFor({ timeout: 60_000 })
  await page.getByText('70 rows').waitFor()
  await page.getByRole('tab', { name: 'Chart' }).click()
  await page.getByLabel('Aggregation').selectOption('avg')
  await page.getByRole('img', { name: /Bar chart of Cell 1: flights by day/ }).waitFor()
  await expect.poll(() => page.locator('canvas').count()).toBeGreaterThan(0)
  // The choice is part of the notebook.
  await page.getByText('Saved', { exact: true }).waitFor()
  await page.reload()
  await page.getByRole('img', { name: /Bar chart of Cell 1: flights by day/ }).waitFor()
  expect(await page.getByLabel('Aggregation').inputValue()).toBe('avg')
})

test('output streams, carriage returns overwrite, colours are colours', async () => {
  const { page } = ada
  await openNotebook(page, url, await mine(['import time\nfor i in range(4):\n    print("step", i, flush=True)\n    time.sleep(0.7)', 'print("10%\\r100%")\nprint("\\x1b[31mred\\x1b[0m <b>not bold</b>")']))
  await runCell(page, 1)
  await says(1).toContain('step 0')
  await expect.poll(() => output(page, 1).innerText()).toMatch(/Running for/)
  expect(await output(page, 1).innerText()).not.toContain('step 3')
  await says(1).toMatch(/step 3[^]*Finished after/)
  await runCell(page, 2)
  await says(2).toContain('<b>not bold</b>')
  const text = await output(page, 2).innerText()
  expect(text).toContain('100%')
  expect(text).not.toContain('10%\n')
  expect(await output(page, 2).getByText('red', { exact: true }).evaluate((node) => getComputedStyle(node).color)).not.toBe(await output(page, 2).getByText('not bold').evaluate((node) => getComputedStyle(node).color))
})

test('SQL, Markdown, shell and errors each look like what they are', async () => {
  const { page } = ada
  await openNotebook(page, url, await mine(['%md\n# A heading\n<img src=x onerror="document.title=\'owned\'">', '%sql\nselect 6 * 7 as answer', '%sh\necho from $((40 + 2)) shells', 'def deep():\n    return 1 / 0\ndeep()']))
  await page.getByRole('heading', { name: 'A heading' }).waitFor()
  expect(await page.title()).not.toBe('owned')
  for (const number of [2, 3, 4]) await runCell(page, number)
  await page.getByRole('table', { name: 'Table of Cell 2' }).getByText('42').waitFor({ timeout: 60_000 })
  await says(3).toContain('from 42 shells')
  await says(4).toContain('ZeroDivisionError: division by zero')
  expect(await output(page, 4).innerText()).not.toContain('return 1 / 0')
  await output(page, 4).getByRole('button', { name: 'Traceback' }).click()
  await says(4).toContain('return 1 / 0')
  await says(4).toMatch(/Failed after/)
})

test('widgets give their values to the cells that run after them', async () => {
  const { page } = ada
  await openNotebook(page, url, await mine(['dbutils.widgets.text("who", "world", "Who")\ndbutils.widgets.dropdown("year", "2012", ["2012", "2013"], "Year")', 'print("hello", dbutils.widgets.get("who"), dbutils.widgets.get("year"))']))
  await runCell(page, 1)
  const who = page.getByLabel('Who')
  await who.waitFor({ timeout: 30_000 })
  await who.fill('Ada')
  await who.press('Enter')
  await page.getByRole('combobox', { name: 'Year' }).click()
  await page.getByRole('option', { name: '2013' }).click()
  await runCell(page, 2)
  await says(2).toContain('hello Ada 2013')
})

test('keys do what people know: run and go on, add, delete, undo', async () => {
  const { page } = ada
  await openNotebook(page, url, await mine(['x = 20', 'x + 1']))
  await source(page, 1).click()
  await page.keyboard.press('Shift+Enter')
  await page.keyboard.press('Shift+Enter')
  await says(2).toContain('21')
  await source(page, 3).waitFor()
  await page.keyboard.press('Escape')
  await page.keyboard.press('d')
  await page.keyboard.press('d')
  await expect.poll(() => cell(page, 3).count()).toBe(0)
  await page.keyboard.press('z')
  await cell(page, 3).waitFor()
  await page.keyboard.press('b')
  await source(page, 3).waitFor()
  await page.keyboard.type('x * 2')
  await page.keyboard.press('Control+Enter')
  await says(3).toContain('40')
  await page.keyboard.press('Escape') // closes a list of completions, if one is open
  await page.keyboard.press('Escape')
  await page.keyboard.press('?')
  await page.getByRole('dialog', { name: 'Keys' }).waitFor()
  await page.keyboard.press('Escape')
})

test('two people in one notebook see each other and lose nothing', async () => {
  const ben = await member(browser, url)
  const id = await notebookWith(url, { cells: ['# first', '# second'], for: { [ada.account.upn]: 'CAN_MANAGE', [ben.account.upn]: 'CAN_EDIT' } })
  await Promise.all([openNotebook(ada.page, url, id), openNotebook(ben.page, url, id)])
  await ada.page.getByRole('list', { name: 'Others in this notebook' }).waitFor()
  await source(ada.page, 1).click()
  await source(ben.page, 2).click()
  await ada.page.keyboard.press('End')
  await ben.page.keyboard.press('End')
  const [adas, bens] = [' written by Ada'.repeat(4), ' written by Ben'.repeat(4)]
  await Promise.all([ada.page.keyboard.type(adas, { delay: 5 }), ben.page.keyboard.type(bens, { delay: 5 })])
  // One moves the cell in which the other still types.
  const typing = ada.page.keyboard.type(' while it moves', { delay: 30 })
  await ben.page.getByRole('region', { name: /^Cell 1/ }).getByRole('button', { name: 'Move down' }).click()
  await typing
  for (const { page } of [ada, ben]) {
    await expect.poll(() => written(page, 1)).toBe(`# second${bens}`)
    await expect.poll(() => written(page, 2)).toContain(`# first${adas}`)
  }
  await expect.poll(() => written(ben.page, 2)).toBe(await written(ada.page, 2))
  await ben.context.close()
})

test('a page loaded anew in the middle of a run shows the same run', async () => {
  const { page } = ada
  await openNotebook(page, url, await mine(['import time\nfor i in range(8):\n    print("tick", i, flush=True)\n    time.sleep(0.6)\nkept = "still here"', 'kept']))
  await runCell(page, 1)
  await says(1).toContain('tick 1')
  await page.reload()
  await says(1).toContain('tick 1')
  await says(1).toMatch(/tick 7[^]*Finished after/)
  expect((await output(page, 1).innerText()).match(/tick \d/g)).toHaveLength(8)
  await runCell(page, 2)
  await says(2).toContain('still here')
})

test('a run is cancelled, and a restart forgets the variables', async () => {
  const { page } = ada
  await openNotebook(page, url, await mine(['import time\ngone = 1\nprint("asleep", flush=True)\ntime.sleep(60)', '"gone" in globals()']))
  await runCell(page, 1)
  await says(1).toContain('asleep')
  await page.getByRole('button', { name: 'Cancel cell 1' }).click()
  await says(1).toContain('Cancelled')
  await runCell(page, 2)
  await says(2).toContain('True')
  await page.getByRole('button', { name: 'More for the notebook' }).click()
  await page.getByRole('menuitem', { name: /^Restart/ }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Restart' }).click()
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  await runCell(page, 2)
  await says(2).toContain('False')
})

test('a large table scrolls, sorts and is searched', async () => {
  const { page } = ada
  await openNotebook(page, url, await mine(['import pandas as pd\ndisplay(spark.createDataFrame(pd.DataFrame({"n": range(5000), "name": [f"row {i}" for i in range(5000)]})))']))
  await runCell(page, 1)
  const table = page.getByRole('table', { name: 'Table of Cell 1' })
  await table.waitFor({ timeout: 60_000 })
  expect(await table.getByRole('row').count()).toBeLessThan(80)
  await table.getByRole('button', { name: 'n', exact: true }).click()
  await table.getByRole('button', { name: 'n', exact: true }).click()
  await table.getByText('4999', { exact: true }).first().waitFor()
  await page.getByRole('searchbox', { name: 'Search in table of cell 1' }).fill('row 123')
  await page.getByText(/of 5,000 rows/).waitFor()
  const download = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Download as CSV' }).click()
  expect((await download).suggestedFilename()).toBe('cell-1.csv')
})

test('a revision with a name is compared with now and restored', async () => {
  const { page } = ada
  await openNotebook(page, url, await mine(['version = "first"'], { attach: false }))
  await source(page, 1).click()
  await page.keyboard.press('Control+s')
  await page.getByText('Saved as a revision').first().waitFor()
  await page.keyboard.press('End')
  await page.keyboard.type(' + "changed"')
  await page.getByText('Saved', { exact: true }).waitFor()
  await page.getByRole('button', { name: 'History', exact: true }).click()
  await page.getByRole('button', { name: /^Compare Saved/ }).first().click()
  await page.getByRole('region', { name: 'Changed since' }).waitFor()
  await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click()
  await page.getByRole('button', { name: /^Restore Saved/ }).first().click()
  await page.getByRole('dialog').getByRole('button', { name: 'Restore' }).click()
  await expect.poll(() => source(page, 1).innerText()).toBe('version = "first"')
})

test('words are found and replaced in all cells', async () => {
  const { page } = ada
  await openNotebook(page, url, await mine(['old = 1', 'old + old'], { attach: false }))
  await page.keyboard.press('Control+f')
  await page.getByRole('textbox', { name: 'Find', exact: true }).fill('old')
  await page.getByText(/of 3$/).waitFor()
  await page.getByRole('textbox', { name: 'Replace with' }).fill('new')
  await page.getByRole('button', { name: 'Replace all' }).click()
  await expect.poll(() => source(page, 1).innerText()).toBe('new = 1')
  await expect.poll(() => source(page, 2).innerText()).toBe('new + new')
})

test('a reader reads, and cannot type or run', async () => {
  const reader = await member(browser, url)
  await onlyMember(url, reader)
  const id = await notebookWith(url, { cells: ['print("secret")'], for: { [ada.account.upn]: 'CAN_MANAGE', [reader.account.upn]: 'CAN_READ' } })
  await openNotebook(reader.page, url, id)
  await reader.page.getByText('Read only').waitFor()
  expect(await reader.page.getByRole('button', { name: /^Run cell 1/ }).getAttribute('aria-disabled')).toBe('true')
  await reader.page.getByText('print("secret")').click()
  await reader.page.keyboard.type('changed')
  expect(await cell(reader.page, 1).innerText()).not.toContain('changed')
  await reader.page.goto(`${url}/notebook/${await mine(['1'])}`)
  await reader.page.getByText(/may not|PERMISSION|permission/i).first().waitFor()
  await reader.context.close()
})

test('axe has no serious finding, in light and dark', async () => {
  const { page } = ada
  await openNotebook(page, url, await mine(['%md\n# Title\ntext', 'print("x")\ndisplay(spark.range(3))\n1/0', '%sql\nselect 1 as one']))
  await runCell(page, 2)
  await runCell(page, 3)
  await page.getByRole('table', { name: 'Table of Cell 3' }).waitFor({ timeout: 60_000 })
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    await page.evaluate('Promise.all(document.getAnimations().map((each) => each.finished.catch(() => {})))') // colours on their way are no colours yet
    await page.evaluate(axe.source)
    const serious = await page.evaluate(`axe.run({ exclude: [['[data-tabster-dummy]']] }).then((r) => r.violations.filter((v) => v.impact === 'serious' || v.impact === 'critical').map((v) => v.id + ' ' + v.nodes[0].html.slice(0, 200)))`)
    expect(serious, colorScheme).toEqual([])
  }
  await page.emulateMedia({ colorScheme: 'light' })
})
