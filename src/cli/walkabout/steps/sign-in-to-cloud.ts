import { readFileSync } from 'node:fs'
import { openCloud } from '../cloud.ts'
import { answerPages } from '../sign-in.ts'
import { check, type Step } from '../step.ts'
import type { World } from '../world.ts'

/** As `az login --use-device-code` does it, with the pages a person would see. */
export const signInToCloud: Step<World> = {
  name: 'Sign in to the cloud with a device code',
  async run({ product, browser, account, signal, memory }, tell) {
    let pages = Promise.resolve('')
    let trouble: Error | undefined
    const cloud = openCloud(product, readFileSync(product.caFile, 'utf8'), ({ userCode, verificationUri }) => {
      tell.line(`The command line shows code ${userCode} for ${verificationUri}`)
      pages = enterCode(userCode, verificationUri).catch((error: unknown) => { trouble = error instanceof Error ? error : new Error(String(error)); return '' })
    })
    async function enterCode(code: string, address: string): Promise<string> {
      const first = await browser.visit(address)
      const form = first.forms.find((each) => each.fields.some((field) => field.name === 'user_code'))
      check(form, 'the page asks for the code', first.title)
      const { page } = await answerPages(browser, await browser.submit(form, { user_code: code }), account)
      return page.title
    }
    const token = await Promise.race([cloud.signIn(signal), refusedPages()])
    const title = await pages
    check(token?.token, 'there is a token for the resource manager')
    memory.cloud = cloud
    return `${account.upn} is signed in; the page says “${title}”`

    /** The device would wait a quarter of an hour for pages that went wrong. */
    async function refusedPages(): Promise<null> {
      for (;;) {
        await new Promise((resolve) => setTimeout(resolve, 100).unref())
        if (trouble !== undefined) throw trouble
        signal.throwIfAborted()
      }
    }
  },
}
