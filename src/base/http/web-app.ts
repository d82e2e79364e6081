import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants } from 'node:zlib'
import type { FastifyInstance, FastifyReply } from 'fastify'

/** One of the applications of `web/`, as `vite build` left it. */
export type WebApp = {
  /** Serves the files below `/assets/`: their names carry a hash of what is in them, so browsers may keep them. */
  register(app: FastifyInstance): void
  /** Sends the page that starts the application; the application's router reads the address. */
  send(reply: FastifyReply): Promise<FastifyReply>
}

const compress = promisify(brotliCompress)
const types: Record<string, string> = {
  js: 'text/javascript; charset=utf-8', css: 'text/css; charset=utf-8', svg: 'image/svg+xml', woff2: 'font/woff2', woff: 'font/woff', ttf: 'font/ttf', png: 'image/png', json: 'application/json', html: 'text/html; charset=utf-8', ipynb: 'application/json', py: 'text/plain; charset=utf-8',
}
const nameOf = /^[\w-]+(\.[\w-]+)+$/

/**
 * Nothing but our own scripts, and the styles that they mark with the page's nonce. Frames are our own sandboxed
 * output frame; sockets go to our own origin (`'self'` covers wss: in CSP 3).
 */
export const policy = (nonce: string, more: { frames?: readonly string[]; connect?: readonly string[] } = {}): string =>
  [
    "default-src 'none'", "script-src 'self'", `style-src 'self' 'nonce-${nonce}'`, "img-src 'self' data: blob:", "font-src 'self'", `connect-src ${["'self'", ...(more.connect ?? [])].join(' ')}`,
    `frame-src ${["'self'", ...(more.frames ?? [])].join(' ')}`, "worker-src 'self' blob:", "form-action 'self'", "frame-ancestors 'none'", "base-uri 'none'", "manifest-src 'self'",
  ].join('; ')

/** Opens the application `<entry>.html` of a build folder. Files are read and compressed once. */
export function webApp({ dist, entry }: { dist: string; entry: 'portal' | 'workspace' }): WebApp {
  const files = new Map<string, Promise<{ raw: Buffer; small: Buffer } | null>>()
  const load = async (name: string) => {
    const raw = await readFile(join(dist, 'assets', name)).catch(() => null)
    return raw && { raw, small: await compress(raw, { params: { [constants.BROTLI_PARAM_QUALITY]: 7 } }) }
  }
  // Read every time: after an update of the pages the old one would ask for scripts that are gone.
  const shell = () => readFile(join(dist, `${entry}.html`), 'utf8').catch(() => notBuilt)

  return {
    register(app) {
      app.get<{ Params: { name: string } }>('/assets/:name', async (request, reply) => {
        const { name } = request.params
        if (!nameOf.test(name)) return reply.callNotFound()
        let found = files.get(name)
        if (!found) files.set(name, (found = load(name)))
        const file = await found
        if (!file) {
          files.delete(name)
          return reply.callNotFound()
        }
        const hashed = /-[\w-]{8,}\.\w+$/.test(name)
        reply.header('content-type', types[name.split('.').at(-1) ?? ''] ?? 'application/octet-stream').header('x-content-type-options', 'nosniff').header('vary', 'accept-encoding')
        reply.header('cache-control', hashed ? 'public, max-age=31536000, immutable' : 'public, max-age=300')
        if (!/\bbr\b/.test(request.headers['accept-encoding'] ?? '')) return reply.send(file.raw)
        return reply.header('content-encoding', 'br').send(file.small)
      })
    },
    async send(reply) {
      const nonce = randomBytes(16).toString('base64')
      return reply.headers({
        'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store', 'content-security-policy': policy(nonce), 'referrer-policy': 'no-referrer', 'x-content-type-options': 'nosniff', 'x-frame-options': 'DENY', 'cross-origin-opener-policy': 'same-origin',
      }).send((await shell()).replaceAll('__CSP_NONCE__', nonce))
    },
  }
}

const notBuilt = '<!doctype html><title>Brickyard</title><p>The pages are not built yet. Run <code>./brickyard setup</code>, then load this page again.</p>'
