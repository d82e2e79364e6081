import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { kernelMachine } from '../testing/kernel-machine.ts'
import { newId, type Message } from './jupyter.ts'
import { startKernel, type Kernel } from './kernel.ts'

const machine = kernelMachine()

describe.skipIf(!machine)('a kernel', { timeout: 120_000 }, () => {
  let kernel: Kernel
  beforeAll(async () => {
    if (machine) kernel = await startKernel({ id: newId(), machine: machine.machine, env: { PYTHONDONTWRITEBYTECODE: '1' } })
  }, 60_000)
  afterAll(async () => {
    kernel.stop()
    await kernel.ended
    machine?.remove()
  })

  async function run(code: string, during?: (id: string) => Promise<void>): Promise<{ text: string; error: string }> {
    const id = newId()
    const messages: Message[] = []
    const done = kernel.execute(id, code, {}, (message) => messages.push(message))
    await Promise.all([done, during?.(id)])
    const of = (type: string, field: string) => messages.filter((one) => one.header.msg_type === type).map((one) => String(one.content[field])).join('')
    return { text: of('stream', 'text'), error: of('error', 'ename') }
  }
  const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))

  it('answers', async () => {
    expect(await run('print(1 + 1)')).toEqual({ text: '2\n', error: '' })
  })

  it('survives a hundred cancels at any moment, and the next command is never struck', async () => {
    for (let round = 0; round < 100; round++) {
      const ended = await run('import time\nwhile True: time.sleep(0.01)', async (id) => {
        await wait(Math.random() * 50)
        kernel.interrupt(id)
      })
      expect(ended.error).toBe('KeyboardInterrupt')
      expect(await run(`print(${round})`)).toEqual({ text: `${round}\n`, error: '' })
    }
  })

  it('is not struck by an interrupt of a command that has just ended', async () => {
    for (let round = 0; round < 30; round++) {
      await run('1', async (id) => {
        await wait(Math.random() * 6)
        kernel.interrupt(id)
      })
      expect(await run('import time; time.sleep(0.005); print("whole")')).toEqual({ text: 'whole\n', error: '' })
    }
  })

  it('interrupts a command once, so that its code may tidy up', async () => {
    const { text, error } = await run('import time\ntry:\n  time.sleep(60)\nfinally:\n  time.sleep(0.5)\n  print("tidy")', async (id) => {
      await wait(50)
      kernel.interrupt(id)
    })
    expect([text, error]).toEqual(['tidy\n', 'KeyboardInterrupt'])
  })

  it('cancels a command that awaits', async () => {
    const { error } = await run('import asyncio\nawait asyncio.sleep(60)', async (id) => {
      await wait(50)
      kernel.interrupt(id)
    })
    expect(error).toBe('CancelledError')
    expect(await run('print("on")')).toEqual({ text: 'on\n', error: '' })
  })
})
