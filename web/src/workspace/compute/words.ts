import { stateOf, type Cluster, type Event } from './clusters.ts'

const sentences: Record<string, string> = {
  PENDING: 'It is starting: machines are rented, and Spark starts on them.',
  RUNNING: 'It runs. Notebooks can be attached to it.',
  RESIZING: 'It runs, while workers come or go.',
  RESTARTING: 'Spark starts anew on the same machines.',
  PAUSED: 'It is paused: the machines are kept with their memory and compute nothing. Resuming takes seconds and finds every variable again.',
  TERMINATING: 'It is letting go of its machines.',
  TERMINATED: 'It has no machines and costs nothing. Its configuration and all data in storage are kept.',
}
/** A state as a sentence. */
export const sentenceOf = (cluster: Cluster): string => sentences[stateOf(cluster)] ?? cluster.state_message

/** What happened. The API tells pausing and resuming in the words of its official clients; the details tell them apart. */
export function eventType({ type, details }: Event): string {
  const { reason, driver_state_message: message } = details
  if (type === 'STARTING' && typeof message === 'string' && message.startsWith('Resuming')) return 'RESUMING'
  if (type === 'TERMINATING' && typeof reason === 'object' && reason !== null && 'code' in reason && reason.code === 'PAUSED') return 'PAUSING'
  return type
}

const reasons: Record<string, string> = {
  USER_REQUEST: 'Somebody asked for it.',
  INACTIVITY: 'Nobody used it for as long as its configuration says.',
  AZURE_QUOTA_EXCEEDED_EXCEPTION: 'The region’s quota does not have room for its machines. Choose fewer or smaller machines, or end others.',
  CLOUD_PROVIDER_LAUNCH_FAILURE: 'The cloud could not start its machines.',
  BOOTSTRAP_TIMEOUT: 'Its machines did not report in time.',
  SPARK_STARTUP_FAILURE: 'Spark did not start. The driver log says why; often it is the Spark config or an init script.',
  INIT_SCRIPT_FAILURE: 'An init script failed.',
  DRIVER_NODE_UNREACHABLE: 'The driver’s machine could not be reached any more.',
  DRIVER_UNREACHABLE: 'The driver did not answer any more.',
  WORKSPACE_CANCELLED_ERROR: 'The workspace is being deleted.',
}
/** Why it ended, for a person; undefined when there is nothing to say. */
export function endOf(cluster: Cluster): { text: string; details: string; bad: boolean } | undefined {
  const reason = cluster.termination_reason
  if (!reason || stateOf(cluster) !== 'TERMINATED') return undefined
  const details = Object.entries(reason.parameters).map(([name, value]) => `${name.replaceAll('_', ' ')}: ${value}`).join('\n')
  return { text: reasons[reason.code] ?? reason.code, details, bad: reason.type !== 'SUCCESS' }
}
