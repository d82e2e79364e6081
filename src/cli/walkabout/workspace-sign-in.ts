import { createHash, randomBytes } from 'node:crypto'
import { request } from 'node:https'
import type { Browser } from './browser.ts'
import { answerPages, type Account, type Consent } from './sign-in.ts'

/** Where programs of this application wait for the browser (OAuth U2M of Databricks clients). Nobody has to listen: the browser is ours. */
const arriveAt = 'http://localhost:8020'
const client = 'databricks-cli'

const random = () => randomBytes(32).toString('base64url')

/** The first address of a U2M sign-in: authorization code with PKCE (RFC 7636). */
export function beginSignIn(workspaceUrl: string): { address: string; verifier: string; state: string } {
  const [verifier, state] = [random(), random()]
  const address = new URL('/oidc/v1/authorize', workspaceUrl)
  const query = {
    client_id: client, redirect_uri: arriveAt, response_type: 'code', scope: 'all-apis offline_access', state, code_challenge_method: 'S256',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
  }
  for (const [name, value] of Object.entries(query)) address.searchParams.set(name, value)
  return { address: address.href, verifier, state }
}

/** Signs a person in to a workspace through its real pages and the directory's; the reply has a token for the workspace's API. */
export async function signInToWorkspace(deps: { browser: Browser; workspaceUrl: string; account: Account; caPem: string; signal: AbortSignal }): Promise<{ token: string; consents: Consent[] }> {
  const { browser, workspaceUrl, account, caPem, signal } = deps
  const { address, verifier, state } = beginSignIn(workspaceUrl)
  const { page, consents } = await answerPages(browser, await browser.visit(address, arriveAt), account, arriveAt)
  if (page.status !== 0) throw new Error(`The sign-in ended at “${page.title}”: ${page.text.slice(0, 400)}`)
  const back = new URL(page.url).searchParams
  if (back.get('state') !== state) throw new Error('The workspace sent back another state than it was given.')
  const code = back.get('code')
  if (code === null) throw new Error(`The workspace gave no code: ${back.get('error') ?? ''} ${back.get('error_description') ?? ''}`)
  const form = { grant_type: 'authorization_code', client_id: client, redirect_uri: arriveAt, code, code_verifier: verifier }
  const answer = await postForm(new URL('/oidc/v1/token', workspaceUrl), form, caPem, signal)
  if (typeof answer.access_token !== 'string') throw new Error(`The workspace gave no token: ${JSON.stringify(answer)}`)
  return { token: answer.access_token, consents }
}

function postForm(url: URL, form: Record<string, string>, ca: string, signal: AbortSignal): Promise<{ access_token?: unknown }> {
  const body = new URLSearchParams(form).toString()
  return new Promise((resolve, reject) => {
    const call = request(url, { method: 'POST', ca, signal, headers: { 'content-type': 'application/x-www-form-urlencoded', 'content-length': Buffer.byteLength(body), accept: 'application/json' } }, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (part: string) => { text += part }).once('error', reject).once('end', () => {
        try { resolve(JSON.parse(text)) } catch { reject(new Error(`${url.pathname} answered ${response.statusCode}: ${text.slice(0, 200)}`)) }
      })
    })
    call.once('error', reject)
    call.end(body)
  })
}
