import { describe, expect, test } from 'vitest'
import { complement, merge, nextAddress, nextLoopback, parsePrefix } from './addresses.ts'
import { firewallScript, parsePorts, ruleLines } from './firewall.ts'
import type { FirewallRule } from './provider.ts'

const around = { prefixes: ['10.139.0.0/16'], platform: '100.64.0.1', ports: { from: 8443, to: 8502 }, storagePort: 8445 }
const rule = (more: Partial<FirewallRule>): FirewallRule => ({
  ...{ name: 'r', priority: 100, direction: 'Outbound', access: 'Allow', protocol: 'Tcp', source: ['*'], sourcePorts: ['*'], destination: ['*'], destinationPorts: ['*'] },
  ...more,
})
const out = (...rules: Partial<FirewallRule>[]) => ruleLines(rules.map(rule), 'Outbound', around).map((line) => line.replace(/^meta nfproto ipv4 /, '').replace(/ comment .*/, ''))

describe('security rules as nft lines', () => {
  test('come in order of priority, whatever order they are given in', () => {
    expect(out({ priority: 300, access: 'Deny' }, { priority: 100, destinationPorts: ['22'] })).toEqual(['meta l4proto tcp th dport { 22 } accept', 'meta l4proto tcp drop'])
  })

  test('overlapping prefixes and ports become disjoint sets, which nft demands', () => {
    const line = 'meta l4proto tcp ip daddr { 10.0.0.0-10.0.255.255, 10.2.0.1 } th dport { 80-90, 443 } accept'
    expect(out({ destination: ['10.0.0.0/16', '10.0.4.0/24', '10.2.0.1'], destinationPorts: ['80-88', '85-90', '443'] })).toEqual([line])
  })

  test('port 443 of a service is the port the service has here', () => {
    expect(out({ destination: ['Storage.WestEurope'], destinationPorts: ['443'] })).toEqual(['meta l4proto tcp ip daddr { 100.64.0.1 } th dport { 8445 } accept'])
    expect(out({ destination: ['AzureDatabricks'], destinationPorts: ['443', '3306', '8443-8451'] })).toEqual([
      'meta l4proto tcp ip daddr { 100.64.0.1 } th dport { 8443-8444, 8446-8502 } accept',
    ])
    expect(out({ destination: ['AzureDatabricks'], destinationPorts: ['8450'] })).toEqual(['meta l4proto tcp ip daddr { 100.64.0.1 } th dport { 8450 } accept'])
  })

  test('a service that does not exist here matches nothing, and never everything', () => {
    expect(out({ destination: ['Sql'], destinationPorts: ['3306'] }, { destination: ['EventHub'] }, { destination: ['2001:db8::/32'] }, { source: [] })).toEqual([])
    expect(out({ destination: ['Storage'], destinationPorts: ['80'] })).toEqual([])
  })

  test('Internet is everything outside the network; the network is its prefixes', () => {
    expect(out({ destination: ['Internet'], protocol: '*' })).toEqual(['ip daddr { 0.0.0.0-10.138.255.255, 10.140.0.0-255.255.255.255 } accept'])
    expect(out({ source: ['VirtualNetwork'], destination: ['VirtualNetwork'], protocol: '*' })).toEqual([
      'ip saddr { 10.139.0.0-10.139.255.255 } ip daddr { 10.139.0.0-10.139.255.255 } accept',
    ])
  })

  test('a rule for all protocols with a port concerns TCP and UDP; a rule for ping has no ports', () => {
    expect(out({ protocol: '*', destinationPorts: ['53'], destination: ['10.0.0.1'] })).toEqual(['meta l4proto { tcp, udp } ip daddr { 10.0.0.1 } th dport { 53 } accept'])
    expect(out({ protocol: 'Icmp', destinationPorts: ['22'], access: 'Deny', destination: ['10.0.0.1'] })).toEqual(['meta l4proto icmp ip daddr { 10.0.0.1 } drop'])
  })

  test('no rules at all means no security group; rules of the other direction alone deny everything', () => {
    expect(ruleLines([], 'Inbound', around)).toEqual(['accept'])
    expect(ruleLines([rule({})], 'Inbound', around)).toEqual([])
  })

  test('names and ports cannot break out of the script', () => {
    const script = firewallScript([rule({ name: 'x"; } flush ruleset\n' })], '10.139.0.4', around)
    expect(script).toContain('comment "x_____flush_ruleset_"')
    for (const port of ['22; accept', '-1', '70000', '9-3', '']) expect(() => parsePorts([port]), port).toThrow(/is not a port/)
    expect(() => firewallScript([rule({ destination: ['10.0.0.0/8 accept'] })], '10.139.0.4', around)).toThrow(/not an IPv4/)
  })
})

describe('addresses', () => {
  test('a subnet gives its fifth address first and ends before its last', () => {
    expect(nextAddress('10.139.64.0/18', new Set())).toBe('10.139.64.4')
    expect(nextAddress('10.0.0.0/29', new Set(['10.0.0.4', '10.0.0.5']))).toBe('10.0.0.6')
    expect(() => nextAddress('10.0.0.0/29', new Set(['10.0.0.4', '10.0.0.5', '10.0.0.6']))).toThrow(/no free address/)
  })

  test('loopback addresses of an instance are its own and never 127.0.0.1', () => {
    expect(nextLoopback('00ff12', new Set())).toMatch(/^127\.(?!0\.)\d+\.0\.4$/)
    expect(nextLoopback('0000aa', new Set())).not.toBe(nextLoopback('0001aa', new Set()))
  })

  test('merge and complement are exact at the ends', () => {
    expect(merge([[5, 9], [0, 3], [4, 4], [20, 30]])).toEqual([[0, 9], [20, 30]])
    expect(complement([[0, 9], [0xffff_ffff, 0xffff_ffff]])).toEqual([[10, 0xffff_fffe]])
    expect(complement([])).toEqual([[0, 0xffff_ffff]])
    expect(parsePrefix('255.255.255.255/32').range).toEqual([0xffff_ffff, 0xffff_ffff])
    for (const text of ['10.0.0.0/33', '10.0.0/8', '10.0.0.256', '10.0.0.0/', '1e3.0.0.1']) expect(() => parsePrefix(text), text).toThrow(/not an IPv4/)
  })
})
