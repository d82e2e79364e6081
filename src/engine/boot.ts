import { heapMb, jvmOptions, megabytes } from './agent/jvm.ts'
import { applicationId, machinePorts, type DriverPlan } from './agent/plan.ts'
import { rpcSecret } from './agent/secrets.ts'

/** What a machine of a cluster must know to boot. The same plan always gives the same script, so a repeated `ensure` changes nothing. */
export type BootPlan = {
  role: 'driver' | 'worker'
  /** `bare`: the machines boot and the driver answers, but no Spark is started on them. */
  runtime: 'spark' | 'bare'
  /** 0 for the driver, 1…N for workers. */
  index: number
  clusterId: string
  clusterName: string
  /** Counts the cluster's starts. A relay connection of an older incarnation is refused. */
  incarnation: number
  /** The workspace as seen from the machine, e.g. `https://localhost:8453`. No trailing slash. */
  workspaceUrl: string
  /** Authority that signed the workspace's certificate. Empty: only the public ones count. */
  caPem: string
  /** The cluster's token: relay and storage credential. */
  token: string
  /** Private address of this machine; the host may say another one by BRICKYARD_ADDRESS. */
  address: string
  driverAddress: string
  /** Of the machine's size. */
  cores: number
  memoryMb: number
  /** The user's `spark_conf` and `spark_env_vars`. */
  sparkConf: Readonly<Record<string, string>>
  sparkEnv: Readonly<Record<string, string>>
  /** There are init scripts: this machine asks the workspace for them and runs them before Spark starts; one that fails ends the boot. */
  initScripts?: boolean
  /** Size of this machine, as init scripts are told it. */
  nodeType?: string
  /** Root storage, e.g. `{ account: 'dbstorage…', container: 'root', dfsEndpoint: 'http://localhost:8445' }`. */
  storage: { account: string; container: string; dfsEndpoint: string }
}

/**
 * Cloud-init user data (`#!/bin/sh …`) that makes a machine of the image a driver or a worker. Pure.
 * It stays in the foreground as the machine's main process. Where the machine is a real one (systemd, no BRICKYARD_ADDRESS),
 * it hands itself to systemd, because cloud-init waits for its end.
 */
export function bootScript(plan: BootPlan): string {
  return [...preamble(plan), ...(plan.role === 'driver' ? driver(plan) : plan.runtime === 'bare' ? bareWorker() : worker(plan))].join('\n') + '\n'
}

function preamble(plan: BootPlan): string[] {
  const env = Object.entries(plan.sparkEnv).filter(([key]) => /^[A-Za-z_][A-Za-z0-9_]*$/.test(key))
  return [
    '#!/bin/sh',
    `# Brickyard: ${plan.role} of cluster ${plan.clusterId}, start ${plan.incarnation}`,
    'if [ -z "${BRICKYARD_ADDRESS:-}" ] && [ -z "${BRICKYARD_UNIT:-}" ] && [ -d /run/systemd/system ] && [ "$(id -u)" = 0 ]; then',
    '  cp "$0" /run/brickyard-boot && chmod 0700 /run/brickyard-boot',
    '  exec systemd-run --unit=brickyard --setenv=BRICKYARD_UNIT=1 --setenv=HOME=/root /run/brickyard-boot',
    'fi',
    'set -eu',
    'umask 077',
    'say() { echo "brickyard: $*"; }',
    'export BRICKYARD_IMAGE="${BRICKYARD_IMAGE:-/opt/brickyard}"',
    `export BRICKYARD_ADDRESS="\${BRICKYARD_ADDRESS:-${plan.address}}"`,
    'export BRICKYARD_DISK="${BRICKYARD_DISK:-/var/lib/brickyard}"',
    'export BRICKYARD_HOME="$BRICKYARD_DISK/brickyard"',
    '[ -x "$BRICKYARD_IMAGE/agent/bin/node" ] || { say "the image is not at $BRICKYARD_IMAGE"; exit 1; }',
    'mkdir -p "$BRICKYARD_HOME" && cd "$BRICKYARD_HOME"',
    ...file('token', plan.token),
    ...(plan.caPem === '' ? [] : [...file('ca.pem', plan.caPem), 'export BRICKYARD_CA_FILE="$BRICKYARD_HOME/ca.pem"']),
    `export BRICKYARD_WORKSPACE_URL=${quote(plan.workspaceUrl)}`,
    'export BRICKYARD_TOKEN_FILE="$BRICKYARD_HOME/token"',
    'export PYSPARK_PYTHON="$BRICKYARD_IMAGE/python/bin/python3" PYSPARK_DRIVER_PYTHON="$BRICKYARD_IMAGE/python/bin/python3"',
    'export PATH="$BRICKYARD_IMAGE/python/bin:$BRICKYARD_IMAGE/jdk/bin:$PATH" JAVA_HOME="$BRICKYARD_IMAGE/jdk"',
    // A Python copied into the image has its own library beside it.
    'if ls "$BRICKYARD_IMAGE"/python/lib/libpython*.so* >/dev/null 2>&1; then export LD_LIBRARY_PATH="$BRICKYARD_IMAGE/python/lib"; fi',
    'export USER="${USER:-brickyard}" LOGNAME="${LOGNAME:-brickyard}"',
    'export PYTHONDONTWRITEBYTECODE=1 MALLOC_ARENA_MAX=2',
    `export DB_CLUSTER_ID=${quote(plan.clusterId)} DB_CLUSTER_NAME=${quote(plan.clusterName)} DB_IS_DRIVER=${plan.role === 'driver' ? 'TRUE' : 'FALSE'} DB_DRIVER_IP=${quote(plan.driverAddress)}`,
    ...env.map(([key, value]) => `export ${key}=${quote(value)}`),
    ...(plan.initScripts
      ? [
          // Source: "Set and use environment variables with init scripts", Azure Databricks.
          `export DB_CONTAINER_IP="$BRICKYARD_ADDRESS" DB_IS_JOB_CLUSTER=FALSE DB_INSTANCE_TYPE=${quote(plan.nodeType ?? '')}`,
          `"$BRICKYARD_IMAGE/agent/bin/node" --disable-warning=ExperimentalWarning "$BRICKYARD_IMAGE/agent/engine/agent/init.js" ${plan.role === 'driver' ? 'driver' : `worker-${plan.index - 1}`} || { say "stopped: an init script failed"; exit 1; }`,
        ]
      : []),
  ]
}

function driver(plan: BootPlan): string[] {
  const { runtime, clusterId, clusterName, incarnation, workspaceUrl, cores, memoryMb, storage } = plan
  const forAgent: DriverPlan = { runtime, clusterId, clusterName, incarnation, workspaceUrl, cores, memoryMb, storage, sparkConf: { ...plan.sparkConf } }
  return [
    ...file('plan.json', JSON.stringify(forAgent)),
    'say "driver at $BRICKYARD_ADDRESS"',
    'exec "$BRICKYARD_IMAGE/agent/bin/node" --disable-warning=ExperimentalWarning "$BRICKYARD_IMAGE/agent/engine/agent/main.js"',
  ]
}

/** Stays until the machine is stopped. `wait` lets the signal through at once. */
const bareWorker = (): string[] => ['say "bare worker at $BRICKYARD_ADDRESS"', "trap 'exit 0' TERM INT", 'while :; do sleep 3600 & wait $!; done']

/**
 * One executor a machine. It is started again when it ends, always with a new id, because Spark never takes one back:
 * index, then index + 100000, and so on.
 */
function worker(plan: BootPlan): string[] {
  const asked = plan.sparkConf['spark.executor.memory']
  const heap = asked ? Math.min(megabytes(asked) ?? Infinity, Math.max(512, plan.memoryMb - 512)) : heapMb('executor', plan.memoryMb)
  const conf = { 'spark.authenticate': 'true', 'spark.network.timeout': '2592000s', ...earlyConf(plan.sparkConf) }
  const options = jvmOptions({ role: 'executor', image: '$BRICKYARD_IMAGE', heap })
  const own = plan.sparkConf['spark.executor.extraJavaOptions']?.split(/\s+/).filter(Boolean) ?? []
  return [
    `export _SPARK_AUTH_SECRET=${quote(rpcSecret(plan.token))}`,
    'export SPARK_CONF_DIR="$BRICKYARD_HOME/noconf" SPARK_LOCAL_DIRS="$BRICKYARD_HOME/spark" SPARK_LOCAL_IP="$BRICKYARD_ADDRESS" SPARK_LOCAL_HOSTNAME="$BRICKYARD_ADDRESS" SPARK_PUBLIC_DNS="$BRICKYARD_ADDRESS"',
    `export SPARK_EXECUTOR_CORES=${plan.cores} SPARK_EXECUTOR_MEMORY=${heap}m SPARK_EXECUTOR_DIRS="$BRICKYARD_HOME/spark"`,
    'CLASSPATH=',
    'while read -r jar; do CLASSPATH="$CLASSPATH$BRICKYARD_IMAGE/jars/$jar:"; done < "$BRICKYARD_IMAGE/jars/order"',
    'export CLASSPATH="${CLASSPATH%:}"',
    `set -- ${options.map((option) => `"${option}"`).join(' ')} ${[...own, ...Object.entries(conf).map(([key, value]) => `-D${key}=${value}`)].map(quote).join(' ')} "-Djava.io.tmpdir=$BRICKYARD_HOME/spark"`,
    'if grep -q \'JAVA_VERSION="2[4-9]\' "$BRICKYARD_IMAGE/jdk/release" 2>/dev/null; then set -- "$@" --sun-misc-unsafe-memory-access=allow; fi',
    'if [ -f "$BRICKYARD_IMAGE/aot/executor.aot" ]; then set -- "$@" "-XX:AOTCache=$BRICKYARD_IMAGE/aot/executor.aot" "-Xlog:aot*=off" "-Xlog:cds*=off"; fi',
    'say "worker at $BRICKYARD_ADDRESS"',
    "java=''",
    'trap \'[ -z "$java" ] || { kill "$java" 2>/dev/null; wait "$java"; }; exit 0\' TERM INT',
    // Also counted over restarts of the machine.
    `id=$(cat executor-id 2>/dev/null || echo ${plan.index})`,
    'while :; do',
    '  echo $((id + 100000)) > "$BRICKYARD_HOME/executor-id"',
    '  rm -rf "$BRICKYARD_HOME/spark" && mkdir -p "$BRICKYARD_HOME/spark" && cd "$BRICKYARD_HOME/spark"',
    `  "$BRICKYARD_IMAGE/jdk/bin/java" "$@" \${BRICKYARD_JVM_OPTIONS:-} brickyard.Executor ${quote(plan.driverAddress)} ${machinePorts.driver} "$id" "$BRICKYARD_ADDRESS" ${plan.cores} ${quote(applicationId(plan))} &`,
    '  java=$!',
    '  code=0; wait "$java" || code=$?',
    '  say "executor $id ended with exit code $code"',
    '  id=$((id + 100000))',
    '  sleep 1',
    'done',
  ]
}

/** Settings that an executor needs before it can ask the driver for all others. */
const earlyConf = (conf: Readonly<Record<string, string>>) => Object.fromEntries(Object.entries(conf).filter(([key]) => /^spark\.(rpc|network\.crypto|io\.encryption)\./.test(key)))

/** A file of exactly this text. The quoted delimiter keeps the shell from reading anything in it. */
function file(name: string, text: string): string[] {
  let end = 'BRICKYARD_END'
  while (text.includes(end)) end += '_'
  return [`cat > ${name} <<'${end}'`, text.replace(/\n$/, ''), end]
}

const quote = (text: string): string => `'${text.replace(/'/g, `'\\''`)}'`
