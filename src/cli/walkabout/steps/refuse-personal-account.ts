import { tryName, troubleOf } from '../sign-in.ts'
import { check, type Step } from '../step.ts'
import { beginSignIn } from '../workspace-sign-in.ts'
import { left, type World } from '../world.ts'

/** Only directory accounts may come in (AADSTS50020 is what Entra ID says to others). */
export const refusePersonalAccount: Step<World> = {
  name: 'Show that a personal account is refused',
  async run({ otherBrowser, memory }, tell) {
    const browser = otherBrowser()
    const page = await tryName(browser, await browser.visit(beginSignIn(left(memory, 'service').url).address), 'someone@outlook.com')
    browser.close()
    check(page.text.includes('AADSTS50020'), 'the page says AADSTS50020', page.text.slice(0, 300))
    check(page.text.includes('brickyard account create'), 'the page says what to do instead', page.text.slice(0, 600))
    tell.line(troubleOf(page))
    tell.line('What to do instead: brickyard account create …')
    return `someone@outlook.com: “${page.title}”`
  },
}
