import { expect, test } from 'vitest'
import { readPage } from './forms.ts'

const html = `<!doctype html><html><head><title>Sign in &amp; more</title><style>.a{}</style></head><body><h1>Sign in</h1><p>to continue to <b>Azure</b></p>
<form method="post" action="/x?y=1&amp;z=2"><input type="hidden" name="csrf" value="a&quot;b"><input type="email" name="username" value="" required autofocus>
<label><input type="checkbox" name="keep" value="yes"> Keep</label><button type="submit" name="step" value="next">Next</button></form></body></html>`

test('a page is read as its title, words and forms', () => {
  const page = readPage('https://localhost:1/a', 200, html)
  expect(page.title).toBe('Sign in & more')
  expect(page.text).toContain('Sign in\nto continue to Azure')
  expect(page.forms).toEqual([{
    action: 'https://localhost:1/x?y=1&z=2', method: 'POST', fields: [{ name: 'csrf', value: 'a"b', type: 'hidden' }, { name: 'username', value: '', type: 'email' }],
    buttons: [{ name: 'step', value: 'next', label: 'Next' }],
  }])
})

test('a form without an action leads back to its page, and an unchecked box is not sent', () => {
  const [form] = readPage('https://localhost:1/a', 200, '<form><input type=checkbox name=c><input name=q></form>').forms
  expect(form).toMatchObject({ action: 'https://localhost:1/a', method: 'GET', fields: [{ name: 'q' }] })
})
