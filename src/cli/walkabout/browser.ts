import { request as httpRequest } from 'node:http'
import { Agent, request } from 'node:https'
import { readPage, type Button, type Form, type Page } from './forms.ts'

/** A cookie of one host and path. Ports do not count (RFC 6265 §8.5): all of `localhost` shares them, as in a real browser. */
type Cookie = { name: string; value: string; host: string; path: string }
export type Browser = ReturnType<typeof openBrowser>

/** Thrown no further than `arriveAt`: the redirect that leads out of the browser, to a program that waits for it. */
const maxRedirects = 20

/** A person's browser without scripts: cookies, redirects and forms, and the trust in one authority. */
export function openBrowser({ caPem, signal }: { caPem: string; signal: AbortSignal }) {
  const agent = new Agent({ ca: caPem, keepAlive: true })
  let cookies: Cookie[] = []

  /** Follows redirects until there is a page, or until one leads to `arriveAt`. */
  async function go(address: string, form: Record<string, string> | null, arriveAt: string | undefined): Promise<Page> {
    let url = new URL(address)
    let body = form
    for (let hop = 0; hop < maxRedirects; hop++) {
      if (arriveAt !== undefined && url.href.startsWith(arriveAt)) return { url: url.href, status: 0, title: '', text: '', forms: [] }
      const answer = await send(url, body)
      if (answer.location === undefined) return readPage(url.href, answer.status, answer.text)
      url = new URL(answer.location, url)
      body = null // 302 and 303 of a form lead to a GET
    }
    throw new Error(`The address ${address} leads in a circle.`)
  }

  function send(url: URL, form: Record<string, string> | null): Promise<{ status: number; location?: string; text: string }> {
    const sent = form && new URLSearchParams(form).toString()
    const headers = {
      accept: 'text/html', 'user-agent': 'Mozilla/5.0 (brickyard walkabout)', cookie: cookiesFor(url),
      ...(sent !== null && { 'content-type': 'application/x-www-form-urlencoded', 'content-length': Buffer.byteLength(sent), origin: url.origin }),
    }
    return new Promise((resolve, reject) => {
      const options = { method: sent === null ? 'GET' : 'POST', headers, signal, timeout: 60_000 }
      const call = url.protocol === 'https:' ? request(url, { ...options, agent }) : httpRequest(url, options)
      call.once('error', reject).once('timeout', () => call.destroy(new Error(`${url.origin} did not answer within a minute.`))).once('response', (response) => {
        keep(url, response.headers['set-cookie'] ?? [])
        let text = ''
        response.setEncoding('utf8').on('data', (part: string) => { text += part }).once('error', reject).once('end', () => {
          const { statusCode = 0, headers: { location } } = response
          resolve({ status: statusCode, text, ...(statusCode >= 300 && statusCode < 400 && location !== undefined && { location }) })
        })
      })
      call.end(sent ?? undefined)
    })
  }

  const under = (path: string, folder: string) => path === folder || path.startsWith(folder.endsWith('/') ? folder : `${folder}/`)
  const cookiesFor = (url: URL) => cookies.filter(({ host, path }) => host === url.hostname && under(url.pathname, path)).map(({ name, value }) => `${name}=${value}`).join('; ')

  function keep(url: URL, lines: readonly string[]): void {
    for (const line of lines) {
      const [pair = '', ...attributes] = line.split(';').map((part) => part.trim())
      const name = pair.slice(0, pair.indexOf('='))
      const attribute = (wanted: string) => attributes.find((each) => each.toLowerCase().startsWith(`${wanted}=`))?.slice(wanted.length + 1)
      const path = attribute('path') ?? '/'
      const ended = attribute('max-age') === '0' || Date.parse(attribute('expires') ?? '') < Date.now()
      cookies = cookies.filter((cookie) => cookie.name !== name || cookie.host !== url.hostname || cookie.path !== path)
      if (!ended) cookies.push({ name, value: pair.slice(name.length + 1), host: url.hostname, path })
    }
  }

  return {
    visit: (address: string, arriveAt?: string) => go(address, null, arriveAt),
    /** Fills a form in and presses a button of it. */
    submit(form: Form, filled: Record<string, string>, button?: Button, arriveAt?: string): Promise<Page> {
      const fields = { ...Object.fromEntries(form.fields.map(({ name, value }) => [name, value])), ...(button?.name && { [button.name]: button.value }), ...filled }
      if (form.method === 'POST') return go(form.action, fields, arriveAt)
      const url = new URL(form.action)
      for (const [name, value] of Object.entries(fields)) url.searchParams.set(name, value)
      return go(url.href, null, arriveAt)
    },
    close: () => agent.destroy(),
  }
}
