import { expect, test } from 'vitest'
import { acts, policy, relocated, withStorage } from './rewrite.ts'

test('redirects stay below the prefix, whatever Spark calls itself', () => {
  expect(relocated('http://10.139.0.4:4040/jobs/', '/sparkui/c/t/x')).toBe('/sparkui/c/t/x/jobs/')
  expect(relocated('/sparkui/c/t/x/jobs/?a=1', '/sparkui/c/t/x')).toBe('/sparkui/c/t/x/jobs/?a=1')
  expect(relocated('http://elsewhere.example/jobs', '/sparkui/c')).toBe('/sparkui/c/jobs')
})

test('pages get a storage of their own before their first script', () => {
  expect(withStorage('<!DOCTYPE html><html><head>\n<script src="a"></script></head></html>')).toMatch(/<head><script>\(\(\)=>.*localStorage.*<\/script>\n<script src="a">/)
  expect(withStorage('no page')).toBe('no page')
})

test('what ends jobs, stages or queries is known', () => {
  for (const path of ['/jobs/job/kill/', '/stages/stage/kill', '/SQL/execution/kill/']) expect(acts(path)).toBe(true)
  for (const path of ['/jobs/', '/jobs/job/', '/stages/stage/', '/executors/threadDump/']) expect(acts(path)).toBe(false)
})

test('the sandbox gives no origin, no top window and no popups', () => {
  const sandbox = policy('localhost:8453').split('; ')[0]
  expect(sandbox).toBe('sandbox allow-scripts allow-forms allow-downloads')
})
