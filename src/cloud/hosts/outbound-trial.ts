import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { network, scratch, signal } from './contract.ts'
import { openHosts } from './hosts.ts'
import { kernelNames } from './names.ts'
import type { FirewallRule, VmSpec } from './provider.ts'
import { shell, tryShell } from './shell.ts'

// Run by a test in namespaces of its own, which are "the host" here. Beyond it lies a world of one machine that knows no way back to ours.
const place = await scratch()
await shell('make a world', `set -e
ip netns add world
ip link add name out type veth peer name eth0 netns world
ip addr add 203.0.113.1/30 dev out
ip link set out up
ip route add 169.254.169.254/32 via 203.0.113.2
ip -n world addr add 203.0.113.2/30 dev eth0
ip -n world addr add 169.254.169.254/32 dev eth0
ip -n world link set eth0 up`)
const serve = (text: string, port: number) => `require('net').createServer((socket) => socket.end('${text}')).listen(${port}, '0.0.0.0')`
const servers = [spawn('nsenter', ['--net=/run/netns/world', process.execPath, '-e', serve('world', 80)]), spawn(process.execPath, ['-e', serve('host', 81)])]
const options = { mode: 'netns', dataDir: place.dataDir, ports: { from: 21_200, to: 21_209 }, storagePort: 21_202, stopGraceMs: 100 } as const

const ask = async (where: string, address: string, port: number): Promise<string> =>
  (await tryShell(`${where} timeout 1 bash --norc -c 'exec 5<>/dev/tcp/${address}/${port}; cat <&5' 2>/dev/null`)).stdout
const fromMachine = `nsenter --net=/run/netns/${kernelNames(place.tag).machine('vm')}`
for (let tries = 0; tries < 100 && ((await ask('', '203.0.113.2', 80)) === '' || (await ask('', '203.0.113.1', 81)) === ''); tries += 1);

const open = async (outbound: 'none' | 'nat', rules: FirewallRule[] = []) => {
  const hosts = await openHosts({ ...options, outbound })
  await hosts.ensureNetwork(network('net'), signal)
  const spec: VmSpec = {
    ...{ id: 'vm', cpus: 1, memoryMb: 64, customData: '', env: {} },
    nic: { id: 'nic', network: 'net', subnet: 'private', address: '10.139.64.4', rules },
  }
  await hosts.ensure(spec, signal)
  return hosts
}
const close = async (hosts: Awaited<ReturnType<typeof open>>) => {
  await hosts.release('vm', signal)
  await hosts.removeNetwork('net', signal)
}

await open('none')
const without = await ask(fromMachine, '203.0.113.2', 80)
// Switched on at the next start, under the running machine.
const hosts = await open('nat')
const found = {
  fromHost: [await ask('', '203.0.113.2', 80), await ask('', '169.254.169.254', 80)],
  world: await ask(fromMachine, '203.0.113.2', 80),
  metadata: await ask(fromMachine, '169.254.169.254', 80),
  host: await ask(fromMachine, '203.0.113.1', 81),
}
const rule: FirewallRule = { name: 'no-internet', priority: 100, direction: 'Outbound', access: 'Deny', protocol: '*', source: ['*'], sourcePorts: ['*'], destination: ['Internet'], destinationPorts: ['*'] }
await hosts.setRules('nic', [rule], signal)
const denied = await ask(fromMachine, '203.0.113.2', 80)
await open('none')
const after = await ask(fromMachine, '203.0.113.2', 80)
await close(hosts)
for (const server of servers) server.kill()
await shell('end the world', 'ip netns del world')
await place.remove()
process.stdout.write(JSON.stringify({ ...found, denied, without, after, forwarding: readFileSync('/proc/sys/net/ipv4/ip_forward', 'utf8').trim() }))
