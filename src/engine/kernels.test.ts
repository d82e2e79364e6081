import { createServer } from 'node:http'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { serve } from '#base/http/serve.ts'
import { silentLog } from '#base/log.ts'
import { openAuthority } from '#base/tls.ts'
import { answer } from './agent/api.ts'
import { openContexts } from './agent/contexts.ts'
import { keepDialing } from './agent/dial.ts'
import type { DriverPlan } from './agent/plan.ts'
import { driverClient, type DriverClient } from './driver.ts'
import { openRelay } from './relay.ts'
import { kernelMachine } from './testing/kernel-machine.ts'
import type { CommandEvent, CommandParameters, Language } from './wire.ts'

const machine = kernelMachine()
const plan: DriverPlan = { runtime: 'spark', clusterId: 'c', clusterName: 'c', incarnation: 1, workspaceUrl: '', cores: 1, memoryMb: 1024, sparkConf: {}, storage: { account: '', container: '', dfsEndpoint: '' } }
/** A driver JVM that knows no jobs: port 0 tells kernels to start without it. */
const spark = { gateway: { call: async () => null, text: async () => '', close: () => {} }, port: 0, secret: '', ended: new Promise<string>(() => {}), stop: () => {} }

/** A workspace's relay, an agent with real kernels that has dialed in, and the client between them. */
describe.skipIf(!machine)('a driver with kernels, over the relay', { timeout: 40_000 }, () => {
  const ends: Array<() => Promise<void> | void> = []
  let driver: DriverClient
  let streams = 0
  let context = ''

  beforeAll(async () => {
    if (!machine) return
    ends.push(machine.remove)
    const dir = await mkdtemp(join(tmpdir(), 'driver-'))
    ends.push(() => rm(dir, { recursive: true, force: true }))
    const authority = await openAuthority(dir)
    const relay = openRelay({ authenticate: async () => ({ clusterId: 'c', incarnation: 1 }), log: silentLog() })
    const served = await serve({ port: 0, tls: await authority.issue(['localhost', '127.0.0.1']), onRequest: (_request, response) => void response.end(), onUpgrade: relay.onUpgrade })
    ends.push(async () => {
      relay.close()
      await served.close()
    })
    const contexts = openContexts({ plan, machine: machine.machine, spark: Promise.resolve(spark), touched: () => {}, log: () => {} })
    ends.push(() => contexts.close())
    const notAsked = () => Promise.reject(new Error('not asked'))
    const server = createServer((request, response) => void answer({ status: notAsked, retire: notAsked, contexts, began: 0 }, request, response))
    server.keepAliveTimeout = 60_000
    const dialing = keepDialing({
      workspaceUrl: `https://localhost:${served.port}`, ca: authority.caPem, token: 't', hostOf: () => '', log: () => {},
      onAgentStream: (stream) => { streams++; server.emit('connection', stream) },
    })
    ends.push(() => dialing.stop())
    await vi.waitFor(() => expect(relay.online('c')).toBe(true), { timeout: 5_000 })
    driver = driverClient(relay, 'c')
    context = (await driver.createContext({ language: 'python' })).id
    await vi.waitFor(async () => expect((await driver.context(context)).status).toBe('Running'), { timeout: 30_000 })
  }, 60_000)
  afterAll(async () => {
    for (const end of ends.toReversed()) await end()
  })

  const follow = (id: string, from = 0) => driver.follow(context, id, from, AbortSignal.timeout(30_000))
  const start = async (command: string, parameters: CommandParameters = {}, language: Language = 'python') => (await driver.execute({ contextId: context, language, command, parameters })).id
  async function run(command: string, parameters?: CommandParameters, seen: (event: CommandEvent, id: string) => void = () => {}) {
    const id = await start(command, parameters)
    const events: CommandEvent[] = []
    for await (const event of follow(id)) {
      events.push(event)
      seen(event, id)
    }
    const outputs = events.flatMap((event) => (event.kind === 'output' ? [event.output] : []))
    const text = outputs.map((output) => (output.kind === 'stream' ? output.text : output.kind === 'error' ? `${output.name}: ${output.value}` : '')).join('')
    return { id, events, outputs, text, last: events.at(-1) }
  }

  it('tells what a command does, in order, to its end', async () => {
    const { events } = await run('print("a")\n1 + 1')
    expect(events.map((event) => (event.kind === 'status' ? event.status : event.kind))).toEqual(['Queued', 'Running', 'output', 'output', 'Finished'])
    expect(events.map((event) => event.seq)).toEqual([0, 1, 2, 3, 4])
  })

  it('keeps its connections: fifty commands need no more than a few', async () => {
    const before = streams
    for (let at = 0; at < 25; at++) expect((await run(`print(${at})`)).text).toBe(`${at}\n`)
    expect(streams - before).toBeLessThan(4)
  })

  it('goes on from any number after a lost connection, without a gap', async () => {
    const id = await start('import time\nfor i in range(6):\n  print(i, flush=True)\n  time.sleep(0.05)')
    const seen: CommandEvent[] = []
    for await (const event of follow(id)) {
      seen.push(event)
      if (event.kind === 'output') break
    }
    for await (const event of follow(id, (seen.at(-1)?.seq ?? 0) + 1)) seen.push(event)
    expect(seen.map((event) => event.seq)).toEqual(seen.map((_event, at) => at))
    expect(seen.flatMap((event) => (event.kind === 'output' && event.output.kind === 'stream' ? [event.output.text] : [])).join('')).toBe('0\n1\n2\n3\n4\n5\n')
  })

  it('starts nothing twice when a call is repeated', async () => {
    await run('count = 0')
    for (let times = 0; times < 2; times++) await driver.execute({ contextId: context, language: 'python', command: 'count += 1', id: 'mine' })
    expect((await run('print(count)')).text).toBe('1\n')
  })

  it('gives a cell its widgets, and tells which there are', async () => {
    const { text, outputs } = await run('dbutils.widgets.text("day", "monday")\nprint(dbutils.widgets.get("day"), dbutils.widgets.getArgument("x", "none"))', { widgets: { day: 'friday' } })
    expect(text).toBe('friday none\n')
    expect(outputs[0]).toMatchObject({ data: { 'application/vnd.brickyard.widget+json': { action: 'set', widget: { name: 'day', type: 'text', defaultValue: 'monday', value: 'friday' } } } })
  })

  it('asks the workspace to run another notebook, and waits for its answer', async () => {
    const { text } = await run('print(dbutils.notebook.run("./child", 60, {"n": 1}))', {}, (event, id) => {
      if (event.kind === 'request') void driver.reply(context, id, event.requestId, { ok: true, value: `${event.request.path} ${JSON.stringify(event.request.arguments)}` })
    })
    expect(text).toBe('./child {"n":"1"}\n')
  })

  it('says within seconds that nobody runs other notebooks', async () => {
    const id = await start('dbutils.notebook.run("./child", 60)')
    await expect.poll(async () => (await driver.command(context, id)).status, { timeout: 15_000 }).toBe('Finished')
    expect((await driver.command(context, id)).results).toMatchObject({ resultType: 'error', summary: expect.stringContaining('Nobody runs other notebooks') })
  })

  it('ends a notebook with its value', async () => {
    const { last, text } = await run('dbutils.notebook.exit("done")\nprint("never")')
    expect(last).toMatchObject({ kind: 'status', status: 'Finished', exit: 'done' })
    expect(text).toBe('Notebook exited: done\n')
  })

  it('completes and inspects names, also while a cell runs', async () => {
    await run('a_long_name = 1\nimport os')
    expect((await driver.complete(context, { code: 'a_long', cursor: 6 })).matches.map((match) => match.text)).toEqual(['a_long_name'])
    expect((await driver.inspect(context, { code: 'os.path.join', cursor: 12 })).data['text/plain']).toMatch(/join/)
    const busy = run('import time; time.sleep(1)')
    expect(await driver.complete(context, { code: '"😀", a_long', cursor: 12 })).toMatchObject({ matches: [{ text: 'a_long_name' }], start: 6, end: 12 })
    await busy
  })

  it('restarts a Python that was asked to, or that died, and says that variables are gone', async () => {
    await run('kept = 1')
    expect(await run('dbutils.library.restartPython()')).toMatchObject({ last: { status: 'Finished' }, text: expect.stringContaining('restarted') })
    expect((await run('print("kept" in globals())')).text).toBe('False\n')
    expect((await run('import os; os._exit(7)')).last).toMatchObject({ status: 'Error', why: expect.stringContaining('exit code 7') })
    expect((await run('print("on")')).text).toMatch(/variables of earlier commands are gone\.\non\n/)
  })

  it('cuts what is longer than anybody reads, and goes on', async () => {
    const { text, events } = await run('for i in range(30): print("x" * 1_000_000)\nprint(1/0)')
    expect(text.length).toBeGreaterThan(19_000_000)
    expect(events.findLast((event) => event.kind === 'truncated')).toMatchObject({ kept: expect.closeTo(20_000_000, -6) })
    expect(text).toMatch(/ZeroDivisionError: division by zero$/)
    expect((await run('print("on")')).text).toBe('on\n')
  })

  it('runs a shell script as it comes, and a cancel ends all that it started', async () => {
    let at = 0
    const { text, last } = await run('%sh\nsleep 100 & echo $! > sleeping\necho begun\nwait', {}, (event, id) => {
      if (event.kind === 'output' && at++ === 0) void driver.cancel(context, id)
    })
    expect([text.startsWith('begun\n'), last]).toMatchObject([true, { status: 'Cancelled' }])
    // Gone, or dead and waiting for whoever adopted it.
    const look = 'import subprocess\nprint(subprocess.run(["ps", "-o", "state=", "-p", open("sleeping").read().strip()], capture_output=True, text=True).stdout.strip() in ("", "Z"))'
    await expect.poll(async () => (await run(look)).text, { timeout: 5_000 }).toBe('True\n')
  })

  it('refuses R by name, and what no cluster runs with the reason', async () => {
    await expect(start('1', {}, 'r')).rejects.toThrow(/r are not implemented/)
    expect((await run('%run ./other')).text).toMatch(/%run takes in another notebook/)
  })
})
