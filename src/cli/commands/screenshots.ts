import { join } from 'node:path'
import type { Context } from '../command.ts'
import { bounded } from '../testing/bounded.ts'
import { runProduct } from '../testing/running-product.ts'

/** `./brickyard screenshots`: every page, in light and dark, of a product that it starts for this and removes again. */
export async function run({ config, place, words, screen, signal, out }: Context): Promise<number> {
  const product = await runProduct({ base: config, place, hosts: process.getuid?.() === 0 ? 'netns' : 'process', signal })
  try {
    const folder = join(place.repo, 'docs', 'screenshots')
    const env = { ...process.env, BRICKYARD_CACHE: place.cache, BRICKYARD_TEST_COMMAND: join(place.repo, 'brickyard'), ...product.env }
    const code = await bounded(place.node, [join(place.repo, 'conformance', 'browser', 'screenshots.ts'), folder, ...words], { cwd: place.repo, env, minutes: 15, signal: AbortSignal.any([signal, product.alive]), onText: (text) => void screen.write(text) })
    if (code !== 0) screen.write(`The product's last log lines:\n${product.lastLog()}\n`)
    else out(`The pages are in ${folder}`)
    return code
  } finally {
    await product.stop()
  }
}
