import { join } from 'node:path'
import { heapMb } from './jvm.ts'
import { applicationId, connectHost, machinePorts, type DriverPlan, type Machine } from './plan.ts'

/** What a cluster's owner may not set: it would cut the machines off from each other or from us. */
const ours = [/^spark\.master$/, /^spark\.app\.id$/, /^spark\.driver\.(host|bindAddress|port|blockManager\.port)$/, /^spark\.ui\.port$/, /^spark\.authenticate/, /^spark\.connect\.(grpc\.binding|authenticate)/, /^spark\.plugins$/, /^spark\.brickyard\./]

/** The application's settings: ours, then the owner's, then what must hold. */
export function sparkConf(plan: DriverPlan, machine: Machine): Record<string, string> {
  const owner = Object.entries(plan.sparkConf).filter(([key]) => key.startsWith('spark.') && !ours.some((rule) => rule.test(key)))
  return { ...usual(plan), ...storageConf(plan), ...Object.fromEntries(owner), ...fixed(plan, machine) }
}

const usual = (plan: DriverPlan): Record<string, string> => ({
  'spark.scheduler.mode': 'FAIR',
  'spark.sql.extensions': 'io.delta.sql.DeltaSparkSessionExtension,brickyard.Extensions',
  'spark.sql.catalog.spark_catalog': 'brickyard.Catalog',
  'spark.sql.sources.default': 'delta',
  'spark.sql.legacy.createHiveTableByDefault': 'false',
  'spark.sql.catalogImplementation': 'in-memory',
  // Small clusters: two hundred partitions of nothing cost more than the query. Adaptive execution still splits what is large.
  'spark.sql.shuffle.partitions': String(Math.max(4, plan.cores * 2)),
  'spark.databricks.delta.snapshotPartitions': '2',
  'spark.sql.execution.arrow.pyspark.enabled': 'true',
  'spark.sql.repl.eagerEval.enabled': 'false',
  'spark.ui.showConsoleProgress': 'false',
  'spark.driver.maxResultSize': `${Math.max(512, Math.floor(heapMb('driver', plan.memoryMb) / 2))}m`,
  // A paused cluster is frozen for hours or days: silence is not death. Lost machines are seen by closed connections.
  'spark.network.timeout': '2592000s',
  'spark.executor.heartbeatInterval': '10s',
  'spark.connect.session.manager.defaultSessionTimeout': '720h',
  'spark.connect.execute.reattachable.senderMaxStreamDuration': '2m',
  'spark.ui.retainedJobs': '200',
  'spark.ui.retainedStages': '200',
  'spark.ui.retainedTasks': '10000',
  'spark.sql.ui.retainedExecutions': '200',
})

const fixed = (plan: DriverPlan, machine: Machine): Record<string, string> => ({
  'spark.app.name': plan.clusterName || plan.clusterId,
  'spark.master': 'brickyard',
  'spark.brickyard.applicationId': applicationId(plan),
  'spark.plugins': 'org.apache.spark.sql.connect.SparkConnectPlugin',
  'spark.driver.host': machine.address,
  'spark.driver.bindAddress': machine.address,
  'spark.driver.port': String(machinePorts.driver),
  'spark.driver.blockManager.port': String(machinePorts.blocks),
  'spark.ui.port': String(machinePorts.ui),
  // Its pages are reached through the workspace, for looking only.
  'spark.ui.killEnabled': 'false',
  'spark.port.maxRetries': '0',
  'spark.connect.grpc.binding.address': connectHost(machine.address),
  'spark.connect.grpc.binding.port': String(machinePorts.connect),
  'spark.authenticate': 'true',
  // Executors load from here what Scala cells define.
  'spark.brickyard.classes': join(machine.home, 'spark', 'repl'),
  'spark.databricks.clusterUsageTags.clusterId': plan.clusterId,
  'spark.databricks.clusterUsageTags.clusterName': plan.clusterName,
})

/** Root storage by ABFS, opened with a short-lived SAS (brickyard.StorageCredential). */
function storageConf(plan: DriverPlan): Record<string, string> {
  const { account, container, dfsEndpoint } = plan.storage
  if (account === '' || dfsEndpoint === '') return {}
  const endpoint = new URL(dfsEndpoint)
  const host = `${account}.dfs.core.windows.net`
  const azure = endpoint.host === host
  const scheme = azure ? 'abfss' : 'abfs'
  return {
    // As on Databricks, a path without a scheme is on the root storage.
    'spark.hadoop.fs.defaultFS': `${scheme}://${container}@${host}`,
    'spark.hadoop.fs.dbfs.impl': 'brickyard.Dbfs',
    // Delta's rule for Azure's storage: a commit is a rename that never overwrites.
    'spark.delta.logStore.dbfs.impl': 'io.delta.storage.AzureLogStore',
    'spark.sql.warehouse.dir': `${scheme}://${container}@${host}/user/hive/warehouse`,
    [`spark.hadoop.fs.azure.account.auth.type.${host}`]: 'SAS',
    [`spark.hadoop.fs.azure.sas.token.provider.type.${host}`]: 'brickyard.StorageCredential',
    [`spark.hadoop.fs.azure.account.hns.enabled.${host}`]: 'true',
    'spark.hadoop.fs.azure.account.hns.enabled': 'true',
    'spark.hadoop.mapreduce.outputcommitter.factory.scheme.abfs': 'org.apache.hadoop.mapreduce.lib.output.FileOutputCommitterFactory',
    'spark.hadoop.mapreduce.outputcommitter.factory.scheme.abfss': 'org.apache.hadoop.mapreduce.lib.output.FileOutputCommitterFactory',
    ...(azure
      ? {}
      : {
          'spark.hadoop.fs.azure.abfs.endpoint': endpoint.host,
          'spark.hadoop.fs.azure.always.use.https': String(endpoint.protocol === 'https:'),
          'spark.hadoop.fs.azure.networking.library': 'JDK_HTTP_URL_CONNECTION',
        }),
  }
}
