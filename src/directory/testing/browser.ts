/** A browser without scripts: keeps cookies, follows redirects within one site, fills in forms. */
export type Seen = { status: number; url: string; text: string; headers: Headers }
export type Browser = ReturnType<typeof openBrowser>
type Cookie = { name: string; value: string; path: string }

export function openBrowser() {
  let jar: Cookie[] = []
  const keep = (url: URL, headers: Headers) => {
    for (const line of headers.getSetCookie()) {
      const [pair = '', ...attributes] = line.split(';').map((each) => each.trim())
      const name = pair.slice(0, pair.indexOf('='))
      const value = pair.slice(pair.indexOf('=') + 1)
      const path = attributes.find((each) => /^path=/i.test(each))?.slice(5) ?? url.pathname
      const expires = attributes.find((each) => /^expires=/i.test(each))?.slice(8)
      jar = jar.filter((cookie) => !(cookie.name === name && cookie.path === path))
      if (value !== '' && !(expires && new Date(expires) < new Date())) jar.push({ name, value, path })
    }
  }
  const fits = (cookie: Cookie, path: string) => path === cookie.path || path.startsWith(cookie.path.endsWith('/') ? cookie.path : `${cookie.path}/`)
  async function visit(address: string, form?: Record<string, string>, here = new URL(address).origin): Promise<Seen> {
    const url = new URL(address)
    const cookie = jar.filter((each) => fits(each, url.pathname)).map(({ name, value }) => `${name}=${value}`).join('; ')
    const response = await fetch(url, {
      redirect: 'manual',
      headers: { cookie, accept: 'text/html', ...(form ? { 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'same-origin' } : {}) },
      ...(form ? { method: 'POST', body: new URLSearchParams(form).toString() } : {}),
    })
    keep(url, response.headers)
    const location = response.headers.get('location')
    const seen = { status: response.status, url: address, text: await response.text(), headers: response.headers }
    if (!location || response.status >= 400) return seen
    const next = new URL(location, url)
    // Leaving the site: that is the application's callback, which a test reads.
    return next.origin === here ? visit(next.href, undefined, here) : { ...seen, url: next.href }
  }
  return {
    visit,
    /** Sends the form of a page, with its hidden fields; `without` a field leaves it out. A self-sending form is sent on. */
    async submit(page: Seen, fields: Record<string, string>, at = 0): Promise<Seen> {
      const form = forms(page.text)[at]
      if (!form) throw new Error(`There is no form ${at} on ${page.url}: ${page.text.replaceAll(/<style>.*<\/style>/gs, '').slice(0, 600)}`)
      return visit(new URL(form.action, page.url).href, { ...form.fields, ...fields })
    },
    cookies: () => jar,
    clear() { jar = [] },
  }
}

/** The forms of a page with their hidden fields. */
export const forms = (text: string) =>
  [...text.matchAll(/<form[^>]*?action="([^"]*)"[^>]*>(.*?)<\/form>/gs)].map(([, action = '', inner = '']) => ({
    action: decode(action),
    fields: Object.fromEntries([...inner.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g)].map(([, name = '', value = '']) => [name, decode(value)])),
  }))
const decode = (text: string) => text.replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&')

/** The words of a page. */
export const words = (page: { text: string }) => decode(page.text.replaceAll(/<style>.*?<\/style>/gs, ' ').replaceAll(/<[^>]+>/g, ' ').replaceAll(/\s+/g, ' '))
