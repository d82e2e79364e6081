import pino, { type Logger } from 'pino'

export type Log = Logger

/** Keys whose values never reach a log line, at the top level or one or two levels down. */
const secret = ['authorization', 'cookie', 'password', 'secret', 'token', 'client_secret', 'customData', 'sig', 'key', 'key1', 'key2', 'access_token', 'refresh_token']

/** Opens the product's log: JSON lines to `file`, or to standard output. Rooms take a `log.child({ room })`. */
export function openLog(options: { level?: string; file?: string } = {}): Log {
  const paths = secret.flatMap((key) => [key, `*.${key}`, `*.*.${key}`])
  const settings = { level: options.level ?? 'info', base: null, timestamp: pino.stdTimeFunctions.isoTime, redact: { paths, censor: '[redacted]' } }
  return options.file === undefined ? pino(settings) : pino(settings, pino.destination({ dest: options.file, mkdir: true, mode: 0o600 }))
}

/** A log that drops everything, for tests. */
export const silentLog = (): Log => pino({ level: 'silent' })
