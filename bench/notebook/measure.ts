import type { Page } from 'playwright-core'

/**
 * From a click to its output on the screen, by the page's own clock: the click's time stamp, and the first frame after the
 * output is in the page has been given to the compositor. The same for every notebook. `output` selects the elements that hold
 * an output's text; those that are there already do not count.
 */
export async function armProbe(page: Page, output: string, wanted: string): Promise<void> {
  await page.evaluate(
    ({ output, wanted }) => {
      for (const old of document.querySelectorAll(output)) old.setAttribute('data-bench-old', '')
      const clicked = (event: Event) => {
        removeEventListener('click', clicked, true)
        const begin = event.timeStamp
        const observer = new MutationObserver(() => {
          const shown = [...document.querySelectorAll(output)].some((element) => !element.hasAttribute('data-bench-old') && element.textContent?.trim() === wanted)
          if (!shown) return
          observer.disconnect()
          // After this frame's callbacks the frame is painted; the message comes right after.
          requestAnimationFrame(() => {
            const channel = new MessageChannel()
            channel.port1.addEventListener('message', () => Object.assign(window, { benchTook: performance.now() - begin }))
            channel.port1.start()
            channel.port2.postMessage(null)
          })
        })
        observer.observe(document.body, { childList: true, subtree: true, characterData: true })
      }
      Object.assign(window, { benchTook: undefined })
      addEventListener('click', clicked, true)
    },
    { output, wanted },
  )
}

export async function readProbe(page: Page): Promise<number> {
  const handle = await page.waitForFunction(() => ('benchTook' in window && typeof window.benchTook === 'number' ? window.benchTook : false), undefined, { timeout: 20_000, polling: 20 })
  return Number(await handle.jsonValue())
}

export const quantile = (values: readonly number[], q: number): number => values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * q))] ?? Number.NaN
