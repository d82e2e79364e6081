import { createServer } from 'node:net'

/** Below the ports that the kernel hands out by itself, so that a free one stays free. */
const [from, to, step] = [20_000, 31_900, 100] as const

/** The first port of a block P … P+59 in which nobody listens. */
export async function freePorts(): Promise<number> {
  const first = Math.floor(Math.random() * ((to - from) / step))
  for (let index = 0; index < (to - from) / step; index++) {
    const port = from + ((first + index) % ((to - from) / step)) * step
    const free = await Promise.all(Array.from({ length: 60 }, (_, offset) => isFree(port + offset)))
    if (free.every(Boolean)) return port
  }
  throw new Error(`no 60 ports in a row are free between ${from} and ${to}`)
}

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
