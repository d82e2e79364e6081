import { existsSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { isAbsolute, join, resolve } from 'node:path'

/** What the product is told at start. Every key is described on docs/configuration.md. */
export type Config = {
  dataDir: string
  /** First port: cloud P, directory P+1, storage P+2, service P+3, workspaces P+10 … P+59. */
  port: number
  hosts: 'auto' | 'netns' | 'process'
  /** Whether machines with networks of their own reach the world beyond this host (docs/hosts.md). */
  outbound: 'none' | 'nat'
  /** Another PostgreSQL server than the embedded one. */
  databaseUrl: string | undefined
  /** What machines have installed. */
  imageDir: string
  logLevel: string
}

export const ports = (first: number) => ({ cloud: first, directory: first + 1, storage: first + 2, service: first + 3, workspaces: { from: first + 10, to: first + 59 } })

/** Where downloads are kept, shared by every checkout of this user. */
export const cacheDir = (env: NodeJS.ProcessEnv): string => env.BRICKYARD_CACHE || join(env.XDG_CACHE_HOME || join(env.HOME || homedir(), '.cache'), 'brickyard')

/** The settings before any file, environment variable or option. */
export function defaults(env: NodeJS.ProcessEnv): Config {
  return {
    dataDir: join(env.XDG_DATA_HOME || join(env.HOME || homedir(), '.local', 'share'), 'brickyard'),
    port: 8443,
    hosts: 'auto',
    outbound: 'none',
    databaseUrl: undefined,
    imageDir: join(cacheDir(env), 'image'),
    logLevel: 'info',
  }
}

type Setting = {
  /** Environment variable, and option on the command line where there is one. */
  env: string
  option?: string
  hint: string
  /** Takes the text of an option or variable, or a value of a file; a string is what is wrong with it. */
  read(value: unknown): { value: string | number } | string
}

const text = (value: unknown) => (typeof value === 'string' && value !== '' ? { value } : 'must be a text that is not empty')
const folder = (value: unknown) => (typeof value === 'string' && value !== '' ? { value: isAbsolute(value) ? value : resolve(value) } : 'must be the path of a folder')
const oneOf = (...allowed: string[]) => (value: unknown) =>
  typeof value === 'string' && allowed.includes(value) ? { value } : `must be one of ${allowed.join(', ')}`

/** A listener needs ports P … P+59. */
const port = (value: unknown) => {
  const number = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value
  return typeof number === 'number' && Number.isInteger(number) && number >= 1024 && number <= 65_000 ? { value: number } : 'must be a whole number from 1024 to 65000'
}

/** Every key there is. Names in files are the keys themselves. */
export const settings: Record<keyof Config, Setting> = {
  dataDir: { env: 'BRICKYARD_DATA_DIR', option: '--data-dir', hint: 'DIR', read: folder },
  port: { env: 'BRICKYARD_PORT', option: '--port', hint: 'N', read: port },
  hosts: { env: 'BRICKYARD_HOSTS', option: '--hosts', hint: 'auto|netns|process', read: oneOf('auto', 'netns', 'process') },
  outbound: { env: 'BRICKYARD_OUTBOUND', option: '--outbound', hint: 'none|nat', read: oneOf('none', 'nat') },
  databaseUrl: { env: 'DATABASE_URL', hint: 'URL', read: text },
  imageDir: { env: 'BRICKYARD_IMAGE_DIR', hint: 'DIR', read: folder },
  logLevel: { env: 'BRICKYARD_LOG_LEVEL', option: '--log-level', hint: 'LEVEL', read: oneOf('trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent') },
}

/** Something in the settings cannot be used; the message names it. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
}

/**
 * Reads the settings. Later ones win: default, `<data-dir>/config.json`, `./brickyard.config.json`, environment, option.
 * Arguments that are no setting are given back in `rest`.
 */
export function readConfig({ argv, env, cwd = process.cwd() }: { argv: readonly string[]; env: NodeJS.ProcessEnv; cwd?: string }): { config: Config; rest: string[] } {
  const { given, rest } = fromOptions(argv)
  const own = { ...fromFile(join(cwd, 'brickyard.config.json')), ...fromEnvironment(env), ...given }
  const base = defaults(env)
  const dataDir = own.dataDir ?? base.dataDir
  const inDataDir = fromFile(join(dataDir, 'config.json'))
  if (inDataDir.dataDir !== undefined) throw new ConfigError(`${join(dataDir, 'config.json')} cannot set dataDir: it lies in that folder.`)
  return { config: { ...base, ...inDataDir, ...own }, rest }
}

/** The settings as environment variables, to hand them to another process of ours. */
export function asEnvironment(config: Config): Record<string, string> {
  return Object.fromEntries(keys().flatMap((key) => (config[key] === undefined ? [] : [[settings[key].env, String(config[key])]])))
}

const keys = () => Object.keys(settings) as (keyof Config)[]

function take(found: Partial<Config>, key: keyof Config, value: unknown, where: string): void {
  const read = settings[key].read(value)
  if (typeof read === 'string') throw new ConfigError(`${where} ${read}; it is ${JSON.stringify(value)}.`)
  Object.assign(found, { [key]: read.value }) // `read` of each key yields the type that Config says
}

function fromOptions(argv: readonly string[]): { given: Partial<Config>; rest: string[] } {
  const given: Partial<Config> = {}
  const rest: string[] = []
  for (let index = 0; index < argv.length; index++) {
    const argument = argv[index] ?? ''
    if (argument === '--') {
      rest.push(...argv.slice(index))
      break
    }
    const [name, inline] = argument.split(/=(.*)/s, 2)
    const key = keys().find((each) => settings[each].option === name)
    if (key === undefined || name === undefined) {
      rest.push(argument)
      continue
    }
    const value = inline ?? argv[++index]
    if (value === undefined) throw new ConfigError(`${name} needs a value: ${name}=${settings[key].hint}.`)
    take(given, key, value, name)
  }
  return { given, rest }
}

/** Variables of ours that are no settings. */
const otherVariables = /^BRICKYARD_(CACHE$|TEST_|ADMIN_|LOGIN_URL$|TENANT$|CA$|CHROMIUM$|IMAGE$|IVY_SETTINGS$|JVM_OPTIONS$)/

function fromEnvironment(env: NodeJS.ProcessEnv): Partial<Config> {
  const found: Partial<Config> = {}
  for (const [name, value] of Object.entries(env)) {
    const key = keys().find((each) => settings[each].env === name)
    if (key !== undefined && value !== undefined && value !== '') take(found, key, value, name)
    else if (key === undefined && name.startsWith('BRICKYARD_') && !otherVariables.test(name)) {
      throw new ConfigError(`The environment variable ${name} is no setting of brickyard. Settings: ${keys().map((each) => settings[each].env).join(', ')}.`)
    }
  }
  return found
}

function fromFile(file: string): Partial<Config> {
  if (!existsSync(file)) return {}
  let content: unknown
  try {
    content = JSON.parse(readFileSync(file, 'utf8'))
  } catch (cause) {
    throw new ConfigError(`${file} is not JSON: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
  }
  if (typeof content !== 'object' || content === null || Array.isArray(content)) throw new ConfigError(`${file} must hold one JSON object.`)
  const found: Partial<Config> = {}
  for (const [name, value] of Object.entries(content)) {
    const key = keys().find((each) => each === name)
    if (key === undefined) throw new ConfigError(`${file} has the unknown key ${JSON.stringify(name)}. Keys: ${keys().join(', ')}.`)
    take(found, key, value, `${name} in ${file}`)
  }
  return found
}
