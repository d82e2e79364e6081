import { createServer } from 'node:net'
import { afterEach, expect, it } from 'vitest'
import { decode, encode, openGateway } from './py4j.ts'

const ends: Array<() => void> = []
afterEach(() => ends.splice(0).forEach((end) => end()))

/** A gateway that answers each whole command by `reply`, and checks the secret first. */
async function gateway(reply: (command: string) => string) {
  const heard: string[] = []
  const server = createServer((socket) => {
    let text = ''
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk
      const whole = /^A\n(.*)\n$/.exec(text) ?? /^[ci]\n[^]*\ne\n$/.exec(text)
      if (!whole) return
      heard.push(text)
      socket.write(text.startsWith('A') ? (whole[1] === 'right' ? '!yv\n' : '!xsAuthentication error\n') : reply(text))
      text = ''
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  ends.push(() => server.close())
  const address = server.address()
  return { port: typeof address === 'object' && address ? address.port : 0, heard }
}

it('writes arguments with their types and escapes line ends', () => {
  expect([encode('a\nb\\c'), encode(7), encode(2 ** 40), encode(1.5), encode(true), encode(null), encode({ ref: 'o1' })]).toEqual(['sa\\nb\\\\c', 'i7', 'L1099511627776', 'd1.5', 'bTrue', 'n', 'ro1'])
})

it('reads values, references and nothing', () => {
  expect([decode('ysa\\nb'), decode('yi3'), decode('ybtrue'), decode('yv'), decode('yro7')]).toEqual(['a\nb', 3, true, null, { ref: 'o7' }])
})

it('authenticates, calls a static method and reads its answer', async () => {
  const { port, heard } = await gateway(() => '!ys4.2.0\n')
  const spark = openGateway(port, 'right')
  ends.push(() => spark.close())
  expect(await spark.call('z:brickyard.Driver', 'cancel', 'group 1')).toBe('4.2.0')
  expect(heard).toEqual(['A\nright\n', 'c\nz:brickyard.Driver\ncancel\nsgroup 1\ne\n'])
})

it('gives a Java exception as its own text', async () => {
  const { port } = await gateway((command) => (command.includes('toString') ? '!ysjava.lang.IllegalStateException: no\n' : '!xro9\n'))
  const spark = openGateway(port, 'right')
  ends.push(() => spark.close())
  await expect(spark.call('z:x', 'y')).rejects.toThrow('java.lang.IllegalStateException: no')
})

it('refuses to speak with a gateway that does not know the secret', async () => {
  const { port } = await gateway(() => '!yv\n')
  await expect(openGateway(port, 'wrong').call('z:x', 'y')).rejects.toThrow('Authentication error')
})
