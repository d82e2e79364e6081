import { readFileSync } from 'node:fs'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'

const need = (name: string) => {
  const value = process.env[name]
  if (!value) throw new Error(`Set ${name}: see docs/identity.md`)
  return value
}
export const loginUrl = need('BRICKYARD_LOGIN_URL').replace(/\/$/, '')
export const tenant = need('BRICKYARD_TENANT')
export const admin = { upn: need('BRICKYARD_ADMIN_UPN'), password: need('BRICKYARD_ADMIN_PASSWORD') }
export const azureCli = '04b07795-8ddb-461a-bbee-02f9e1bf7b46'
if (process.env.BRICKYARD_CA) setDefaultCACertificates([...getCACertificates('default'), readFileSync(process.env.BRICKYARD_CA, 'utf8')])

type Seen = { status: number; url: string; text: string }

/** A person with a browser that has no scripts: cookies, redirects, forms. */
export function person() {
  const jar = new Map<string, { value: string; path: string }>()
  const at = (path: string) => [...jar].filter(([, cookie]) => path.startsWith(cookie.path)).map(([key, cookie]) => `${key.split('|')[0]}=${cookie.value}`).join('; ')
  async function visit(address: string, form?: Record<string, string>): Promise<Seen> {
    const url = new URL(address)
    if (url.origin !== loginUrl) return { status: 0, url: address, text: '' } // the application's own page
    const response = await fetch(url, {
      redirect: 'manual',
      headers: { accept: 'text/html', cookie: at(url.pathname), ...(form ? { 'content-type': 'application/x-www-form-urlencoded' } : {}) },
      ...(form ? { method: 'POST', body: new URLSearchParams(form).toString() } : {}),
    })
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      const path = /; ?path=([^;]+)/i.exec(line)?.[1] ?? '/'
      if (value === '') jar.delete(`${name}|${path}`)
      else jar.set(`${name}|${path}`, { value, path })
    }
    const text = await response.text()
    const location = response.headers.get('location')
    return location ? visit(new URL(location, url).href) : { status: response.status, url: address, text }
  }
  return {
    visit,
    /** Fills in the first form of a page. */
    async submit(page: Seen, fields: Record<string, string>): Promise<Seen> {
      const [, action = '', inner = ''] = /<form[^>]*?action="([^"]*)"[^>]*>(.*?)<\/form>/s.exec(page.text) ?? []
      const hidden = Object.fromEntries([...inner.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g)].map(([, name = '', value = '']) => [name, value]))
      return visit(new URL(action, page.url).href, { ...hidden, ...fields })
    },
    async signIn(page: Seen, { upn, password }: { upn: string; password: string }): Promise<Seen> {
      return this.submit(await this.submit(page, { username: upn }), { password })
    },
  }
}

type TokenAnswer = { access_token?: string; refresh_token?: string; error?: string; error_codes?: number[] }
/** What this suite reads of Graph's answers; which fields are there depends on the call. */
type GraphAnswer = { id: string; appId: string; secretText: string; value: GraphAnswer[]; verifiedDomains: [{ name: string }]; error?: { message: string; code: string } }

export async function post(path: string, form: Record<string, string>): Promise<{ status: number; body: TokenAnswer }> {
  const response = await fetch(`${loginUrl}/${path}`, { method: 'POST', body: new URLSearchParams(form) })
  return { status: response.status, body: (await response.json()) as TokenAnswer }
}

/** A token for Microsoft Graph of somebody who signs in through the page. */
export async function graphToken(who: { upn: string; password: string }): Promise<string> {
  const redirect_uri = 'http://localhost:9'
  const scope = 'https://graph.microsoft.com/.default'
  const someone = person()
  const page = await someone.visit(`${loginUrl}/${tenant}/oauth2/v2.0/authorize?${new URLSearchParams({ client_id: azureCli, response_type: 'code', redirect_uri, scope })}`)
  const back = await someone.signIn(page, who)
  const code = new URL(back.url).searchParams.get('code')
  if (!code) throw new Error(`${who.upn} could not sign in: ${back.text.replaceAll(/<style>.*<\/style>|<[^>]+>/gs, ' ').replaceAll(/\s+/g, ' ')}`)
  const { body } = await post(`${tenant}/oauth2/v2.0/token`, { grant_type: 'authorization_code', client_id: azureCli, code, redirect_uri, scope })
  return String(body.access_token)
}

/** Microsoft Graph as the administrator. */
export async function asAdministrator() {
  const token = await graphToken(admin)
  return async (method: string, path: string, body?: unknown): Promise<GraphAnswer> => {
    const response = await fetch(`${loginUrl}/v1.0/${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const answer = (await response.json()) as GraphAnswer
    if (!response.ok) throw Object.assign(new Error(answer.error?.message), { status: response.status, code: answer.error?.code })
    return answer
  }
}
export type Graph = Awaited<ReturnType<typeof asAdministrator>>

const mark = () => Math.random().toString(36).slice(2, 9)
export const domain = async (graph: Graph) => (await graph('GET', 'organization')).value[0]?.verifiedDomains[0].name ?? ''

/** A user of this run only. */
export async function newUser(graph: Graph): Promise<{ id: string; upn: string; password: string }> {
  const upn = `test-${mark()}@${await domain(graph)}`
  const password = `a long enough ${mark()}`
  const { id } = await graph('POST', 'users', { accountEnabled: true, displayName: 'Test Person', mailNickname: 'test', userPrincipalName: upn, passwordProfile: { password, forceChangePasswordNextSignIn: false } })
  return { id, upn, password }
}

/** An application of this run only, with a secret. */
export async function newApplication(graph: Graph, redirectUris: string[] = []): Promise<{ id: string; appId: string; secret: string; principalId: string; name: string }> {
  const name = `Test ${mark()}`
  const app = await graph('POST', 'applications', { displayName: name, web: { redirectUris } })
  const principal = await graph('POST', 'servicePrincipals', { appId: app.appId })
  const { secretText } = await graph('POST', `applications/${app.id}/addPassword`, {})
  return { id: app.id, appId: app.appId, secret: secretText, principalId: principal.id, name }
}
