import { describe, expect, test } from 'vitest'
import { roomFor } from './quota.ts'
import { cleaned, fromLines, newSpec, problemsOf, readSpec, toLines } from './spec.ts'

type Types = Parameters<typeof newSpec>[0]
const type = (node_type_id: string, num_cores: number, memory_mb: number, is_beta = false): Types[number] => ({
  node_type_id, num_cores, memory_mb, is_beta, instance_type_id: node_type_id, num_gpus: 0, description: '', category: '', display_order: 0, is_deprecated: false, is_hidden: false, is_encrypted_in_transit: false, is_graviton: false,
  is_io_cache_enabled: false, photon_driver_capable: false, photon_worker_capable: false, support_cluster_tags: true, support_ebs_volumes: false, support_port_forwarding: true, node_info: { status: [] },
  node_instance_type: { instance_type_id: node_type_id, local_disks: 0, local_disk_size_gb: 0, local_nvme_disks: 0, local_nvme_disk_size_gb: 0 },
})
const types = [type('Standard_B1s', 1, 1024, true), type('Standard_D8s_v5', 8, 32_768), type('Standard_D2s_v5', 2, 8192)]
const good = { ...newSpec(types, [{ key: '4.2' }]), cluster_name: 'Flights' }

test('a new cluster is one worker of the smallest machine that is no beta', () => {
  expect(good).toMatchObject({ spark_version: '4.2', node_type_id: 'Standard_D2s_v5', driver_node_type_id: 'Standard_D2s_v5', num_workers: 1 })
  expect(problemsOf(good, types)).toEqual({})
})

test.each([
  ['a name', { cluster_name: ' ' }, 'cluster_name'],
  ['whole workers', { num_workers: 1.5 }, 'num_workers'],
  ['most over least', { autoscale: { min_workers: 2, max_workers: 2 } }, 'autoscale.max_workers'],
  ['idle minutes that the API takes', { autotermination_minutes: 9 }, 'autotermination_minutes'],
  ['a node type of the list', { node_type_id: 'Standard_X' }, 'node_type_id'],
  ['names of variables', { spark_env_vars: { '1A': 'x' } }, 'spark_env_vars'],
  ['a place for each script', { init_scripts: [{ workspace: { destination: '' } }] }, 'init_scripts.0'],
])('asks for %s', (_what, part, field) => {
  expect(Object.keys(problemsOf({ ...good, ...part }, types))).toEqual([field])
})

test('what is sent has no empty parts, and one size', () => {
  expect(cleaned({ ...good, spark_conf: {}, autoscale: { min_workers: 1, max_workers: 3 } })).toEqual({
    cluster_name: 'Flights', spark_version: '4.2', node_type_id: 'Standard_D2s_v5', driver_node_type_id: 'Standard_D2s_v5', autoscale: { min_workers: 1, max_workers: 3 }, autotermination_minutes: 60,
  })
})

describe('the JSON beside the form', () => {
  test('reads what it wrote', () => expect(readSpec(JSON.stringify(cleaned(good)))).toEqual({ spec: cleaned(good) }))
  test.each([['{', /^Not JSON/], ['[]', /one object/], ['{"num_workers":"2"}', /num_workers must be a number/], ['{"spark_conf":{"a":1}}', /object of texts/], ['{"autoscale":3}', /min_workers/]])('says what is wrong with %s', (text, wrong) => {
    expect(readSpec(text)).toEqual({ wrong: expect.stringMatching(wrong) })
  })
})

test('lines of settings keep spaces and equal signs in values', () => {
  expect(fromLines('spark.a  b c\n\n# remark\nNAME=x=y\nlonely')).toEqual({ 'spark.a': 'b c', NAME: 'x=y', lonely: '' })
  expect(fromLines(toLines({ a: '1', b: 'two words' }))).toEqual({ a: '1', b: 'two words' })
})

test('a cluster that the region has no room for is said before it is asked for', () => {
  const usages = [{ name: 'cores', used: 5, limit: 8 }, { name: 'memoryMb', used: 0, limit: 65_536 }]
  expect(roomFor(good, types, usages)).toMatch(/4 cores where 3 are free/)
  expect(roomFor({ ...good, num_workers: 0 }, types, usages)).toBeUndefined()
  expect(roomFor(good, types, [])).toBeUndefined()
})
