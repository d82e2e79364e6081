// Options of the cluster's JVMs. Used by the boot script and by the agent, so it imports nothing.

/** Spark's own list. Source: org.apache.spark.launcher.JavaModuleOptions of Spark 4.2, less the incubator module that we do not need. */
const openPackages = [
  'java.base/java.lang', 'java.base/java.lang.invoke', 'java.base/java.lang.reflect', 'java.base/java.io', 'java.base/java.net', 'java.base/java.nio',
  'java.base/java.util', 'java.base/java.util.concurrent', 'java.base/java.util.concurrent.atomic', 'java.base/jdk.internal.ref', 'java.base/sun.nio.ch',
  'java.base/sun.nio.cs', 'java.base/sun.util.calendar', 'java.security.jgss/sun.security.krb5',
]
const moduleOptions = [
  ...openPackages.map((name) => `--add-opens=${name}=ALL-UNNAMED`),
  '-Dio.netty.tryReflectionSetAccessible=true',
  '-Dio.netty.allocator.type=pooled',
  '-Dio.netty.handler.ssl.defaultEndpointVerificationAlgorithm=NONE',
  '--enable-native-access=ALL-UNNAMED',
]

export type Role = 'driver' | 'executor'

/**
 * Heap of a role on a machine of this size. A driver shares its machine with notebook kernels (about 150 MB each),
 * an executor with its Python workers; a JVM takes 300 to 400 MB beside its heap.
 */
export function heapMb(role: Role, memoryMb: number): number {
  const room = Math.max(memoryMb - 1024, memoryMb / 4)
  return Math.max(512, Math.floor(role === 'driver' ? Math.max(memoryMb * 0.32, room * 0.42) : room * 0.78))
}

/** Everything before the class path. A start-up cache that does not fit is ignored by the JVM, not an error. */
export function jvmOptions(machine: { role: Role; image: string; heap: number; javaVersion?: number; aotCache?: string | undefined }): string[] {
  const heap = machine.heap
  return [
    `-Xmx${heap}m`,
    `-Xms${Math.min(heap, machine.role === 'driver' ? 256 : 192)}m`,
    heap > 6144 ? '-XX:+UseG1GC' : '-XX:+UseSerialGC',
    '-Xss2m',
    '-XX:+ExitOnOutOfMemoryError',
    '-XX:-UsePerfData',
    '-XX:+IgnoreUnrecognizedVMOptions',
    // The start-up cache at the address it was made for: relocating it costs half a second and makes its pages private to each JVM.
    '-XX:+UnlockDiagnosticVMOptions',
    '-XX:ArchiveRelocationMode=0',
    ...(machine.role === 'driver' ? ['-XX:TieredStopAtLevel=1'] : []),
    ...(machine.aotCache === undefined ? [] : [`-XX:AOTCache=${machine.aotCache}`, '-Xlog:aot*=off', '-Xlog:cds*=off']),
    ...((machine.javaVersion ?? 0) >= 24 ? ['--sun-misc-unsafe-memory-access=allow'] : []),
    ...moduleOptions,
    `-Dlog4j2.configurationFile=${machine.image}/agent/engine/runtime/log4j2.properties`,
    '-Djava.net.preferIPv4Stack=true',
    '-Dfile.encoding=UTF-8',
  ]
}

/** Spark's sizes (`1g`, `512m`, bytes without a unit are MiB) in MiB, or undefined. */
export function megabytes(size: string): number | undefined {
  const match = /^(\d+)\s*([kmgt]?)b?$/i.exec(size.trim())
  const unit = { k: 1 / 1024, m: 1, g: 1024, t: 1024 * 1024, '': 1 }[match?.[2]?.toLowerCase() ?? '']
  return match && unit !== undefined ? Math.max(256, Math.floor(Number(match[1]) * unit)) : undefined
}
