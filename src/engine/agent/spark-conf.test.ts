import { expect, it } from 'vitest'
import type { DriverPlan } from './plan.ts'
import { sparkConf } from './spark-conf.ts'

const machine = { image: '/opt/brickyard', home: '/tmp', address: '10.139.0.4', caFile: undefined, token: 't' }
const plan: DriverPlan = { runtime: 'spark', clusterId: 'c', clusterName: 'name', incarnation: 3, workspaceUrl: '', cores: 2, memoryMb: 4096, sparkConf: {}, storage: { account: 'acc', container: 'root', dfsEndpoint: 'http://localhost:8445' } }

it('lets the owner change what is usual and not what holds the cluster together', () => {
  const conf = sparkConf({ ...plan, sparkConf: { 'spark.sql.shuffle.partitions': '64', 'spark.master': 'local', 'spark.authenticate': 'false', 'not.spark': 'x' } }, machine)
  expect(conf).toMatchObject({ 'spark.sql.shuffle.partitions': '64', 'spark.master': 'brickyard', 'spark.authenticate': 'true', 'spark.brickyard.applicationId': 'c-3' })
  expect(conf).not.toHaveProperty('not.spark')
})
it('reaches root storage of this machine by its endpoint and without a key', () => {
  const conf = sparkConf(plan, machine)
  expect(conf['spark.sql.warehouse.dir']).toBe('abfs://root@acc.dfs.core.windows.net/user/hive/warehouse')
  expect(conf['spark.hadoop.fs.azure.abfs.endpoint']).toBe('localhost:8445')
  expect(conf['spark.hadoop.fs.azure.account.auth.type.acc.dfs.core.windows.net']).toBe('SAS')
  expect(JSON.stringify(conf)).not.toContain('account.key')
})
it('reaches Azure itself by TLS and its own name', () => {
  const conf = sparkConf({ ...plan, storage: { ...plan.storage, dfsEndpoint: 'https://acc.dfs.core.windows.net/' } }, machine)
  expect(conf['spark.sql.warehouse.dir']).toMatch(/^abfss:/)
  expect(conf).not.toHaveProperty('spark.hadoop.fs.azure.abfs.endpoint')
})
