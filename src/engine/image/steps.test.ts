import { existsSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { imageSteps } from './steps.ts'

test('a start-up cache goes before the jars it was made for change, even when the change fails', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'image-'))
  mkdirSync(join(dir, 'aot'))
  writeFileSync(join(dir, 'aot', 'driver.aot'), 'of other jars')
  const steps = imageSteps({ imageDir: dir, cacheDir: join(dir, 'cache'), node: process.execPath, uv: '/nowhere/uv', repoDir: process.cwd() })
  const classes = steps.find(({ name }) => name === 'Brickyard classes for Spark')
  await expect(classes?.run(() => {}, AbortSignal.timeout(5000))).rejects.toThrow() // no Java in this image
  expect(existsSync(join(dir, 'aot'))).toBe(false)
})
