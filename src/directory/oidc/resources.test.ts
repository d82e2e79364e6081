import { expect, test } from 'vitest'
import { mustBeRedirectUri } from '../apps/redirect-uri.ts'
import { filtered } from '../graph/filter.ts'
import { html } from '../pages/html.ts'
import { isPersonal } from '../well-known.ts'
import { redirectAllowed } from './provider.ts'
import { fromUri, scopeWords, toUri } from './resources.ts'

test.each([
  ['https://management.azure.com/.default', 'https://management.azure.com', '.default'],
  ['https://management.azure.com//.default', 'https://management.azure.com/', '.default'],
  ['https://management.azure.com/user_impersonation', 'https://management.azure.com', 'user_impersonation'],
  ['2ff814a6-3304-4ab8-85cb-cd0e6f879c1d/.default', '2ff814a6-3304-4ab8-85cb-cd0e6f879c1d', '.default'],
  ['offline_access', null, 'offline_access'],
])('the scope %s belongs to %s', (word, resource, value) => {
  expect(scopeWords(word)).toEqual([{ word, resource, value }])
})

test('application ids travel as URIs and come back', () => {
  for (const name of ['2ff814a6-3304-4ab8-85cb-cd0e6f879c1d', 'https://storage.azure.com/', 'api://x']) expect(fromUri(toUri(name))).toBe(name)
})

test.each([
  ['http://localhost:51234', ['http://localhost'], true],
  ['http://localhost:51234/', ['http://localhost'], true],
  ['http://localhost:51234/other', ['http://localhost'], false],
  ['http://127.0.0.1:51234', ['http://localhost'], false],
  ['http://localhost.evil.example:1', ['http://localhost'], false],
  ['https://localhost:51234', ['http://localhost'], false],
  ['not a url', ['http://localhost'], false],
])('a program may be answered at %s when %s is registered: %s', (uri, registered, allowed) => {
  expect(redirectAllowed(uri, registered, true)).toBe(allowed)
  expect(redirectAllowed(uri, registered, false)).toBe(false)
})

test.each(['http://evil.example/', 'https://a/#x', 'https://*.example/', 'https://user:pw@example/', 'javascript:alert(1)', '/callback', 'data:text/html,x'])('%s cannot be registered as a redirect URI', (uri) => {
  expect(() => mustBeRedirectUri(uri)).toThrow()
})

test('personal domains are known by name, organisations are not taken for them', () => {
  for (const name of ['a@outlook.com', 'A@HOTMAIL.COM', 'a@live.nl', 'a@gmail.com', 'a@yahoo.co.uk', 'a@msn.com']) expect(isPersonal(name)).toBe(true)
  for (const name of ['a@brickyard.local', 'a@contoso.com', 'outlook.com@contoso.com', 'a@notgmail.com']) expect(isPersonal(name)).toBe(false)
})

test('what people type is escaped wherever it stands on a page', () => {
  expect(html`<p title="${'"><script>'}">${'<b>'}</p>${[html`<i>`, "'"]}${null}${false}`.markup).toBe('<p title="&quot;&gt;&lt;script&gt;">&lt;b&gt;</p><i>&#39;')
})

test('a filter finds by value, and one we do not know is refused', () => {
  const items = [{ name: "O'Neil", on: true }, { name: 'Ann', on: false }]
  expect(filtered(items, "name eq 'o''neil' and on eq true")).toEqual([items[0]])
  expect(() => filtered(items, "startswith(name,'A')")).toThrow(/not supported/)
})
