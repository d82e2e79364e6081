// How long from a click on Run to `2` on the screen: `1+1` on an idle kernel, our notebook page beside JupyterLab, in the same
// Chromium on the same machine, in turn. `ROUNDS` times each after some to warm up; medians count.
import { readFileSync } from 'node:fs'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { readConfig } from '#base/config.ts'
import { alone } from '#cli/setup/lock.ts'
import { place as placeOf } from '#cli/setup/place.ts'
import { doSteps } from '#cli/setup/show.ts'
import { runProduct } from '#cli/testing/running-product.ts'
import { jupyterLabStep, startJupyterLab } from './notebook/jupyterlab.ts'
import { armProbe, quantile, readProbe } from './notebook/measure.ts'

const { config } = readConfig({ argv: [], env: process.env })
const place = placeOf(process.env)
const rounds = Number(process.env.ROUNDS ?? 30)
const warm = 5
const abort = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => abort.abort())

const jupyterLab = jupyterLabStep(place)
const screen = process.stderr
if (!(await jupyterLab.done())) await alone(place.cache, screen, () => doSteps([jupyterLab], { cache: place.cache, screen, signal: abort.signal }))
const product = await runProduct({ base: config, place, hosts: 'process', signal: abort.signal })
try {
  setDefaultCACertificates([...getCACertificates('default'), readFileSync(product.status.caFile, 'utf8')])
  Object.assign(process.env, product.env, { BRICKYARD_TEST_COMMAND: `${place.repo}/brickyard` })
  const { measureBoth } = await import('./notebook/rounds.ts')
  const { ours, theirs } = await measureBoth({ rounds, warm, startJupyterLab: (sources) => startJupyterLab(place, sources), armProbe, readProbe })
  for (const [name, values] of [['Brickyard', ours], ['JupyterLab', theirs]] as const)
    console.log(`${name}: 1+1 from click to output p50 ${quantile(values, 0.5).toFixed(1)} ms, p95 ${quantile(values, 0.95).toFixed(1)} ms (${values.length} rounds)`)
  const [a, b] = [quantile(ours, 0.5), quantile(theirs, 0.5)]
  console.log(`notebook: ${a.toFixed(1)} ms vs ${b.toFixed(1)} ms = ${(b / a).toFixed(1)}x`)
} finally {
  await product.stop()
}
process.exit(0)
