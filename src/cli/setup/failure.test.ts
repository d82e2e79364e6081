import { tmpdir } from 'node:os'
import { expect, test } from 'vitest'
import { explain, Stop } from './failure.ts'
import { ProgramFailed } from './run.ts'
import { doSteps } from './show.ts'

const said = (output: string) => explain('uv', new ProgramFailed('pip', 1, output), tmpdir()).message

test.each([
  ['a full disk', 'ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device', /^The disk of .* is full \(\d+ MB left; set-up needs about 4 GB\), so "uv"/],
  ['no network', 'ERROR: Could not find a version\nERROR: No matching distribution found for uv', /^"uv" could not be downloaded \(ERROR: No matching/],
  ['npm without network', 'npm error code ENOTFOUND\nnpm error A complete log of this run can be found in: /x/debug-0.log', /could not be downloaded \(npm error code ENOTFOUND\)/],
  ['a damaged download', 'ERROR: THESE PACKAGES DO NOT MATCH THE HASHES', /^A download of "uv" is not what was expected/],
  ['anything else', 'first\n\u001b[31mlast words\u001b[0m\n', /^"uv" could not be set up: pip ended with 1$/],
])('%s is one sentence that says what to do', (_, output, sentence) => {
  expect(said(output)).toMatch(sentence)
  expect(said(output)).not.toContain('\n')
})

test('steps that are done are not done again, and the failing one is named', async () => {
  const log: string[] = []
  const step = (name: string, done: boolean, fails = false) => ({
    name,
    done: async () => done,
    async run() {
      log.push(name)
      if (fails) throw new Error('getaddrinfo EAI_AGAIN')
      return { bytes: 3 * 1_048_576 }
    },
  })
  let shown = ''
  const how = { cache: tmpdir(), screen: { write: (text: string) => { shown += text } }, signal: new AbortController().signal }
  await expect(doSteps([step('one', true), step('two', false), step('three', false, true), step('four', false)], how)).rejects.toThrow(/^"three" could not be downloaded/)
  expect(log).toEqual(['two', 'three'])
  expect(shown).toMatch(/^two: 3 MB in \d+\.\d s\n$/)
  await expect(doSteps([step('x', false, true)], how)).rejects.toBeInstanceOf(Stop)
})
