import axe from 'axe-core'
import type { Page } from 'playwright-core'

/** Serious findings of axe on the page as it is. The empty elements that keep the focus inside dialogs and tab lists are no content. */
export async function seriousFindings(page: Page): Promise<string[]> {
  await page.evaluate(axe.source)
  return page.evaluate(`axe.run({ exclude: [['[data-tabster-dummy]']] }).then((r) => r.violations.filter((v) => v.impact === 'serious' || v.impact === 'critical').map((v) => v.id + ' ' + v.nodes[0].html.slice(0, 200)))`)
}

/** Whether something is wider than the window. */
export const fits = (page: Page): Promise<boolean> =>
  page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth && [...document.querySelectorAll('main')].every((main) => main.scrollWidth <= main.clientWidth))
