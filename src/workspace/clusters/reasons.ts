/** Why a cluster ended. Source: compute.TerminationReason in databricks-sdk-py. `message` is for people. */
export type Reason = {
  code: string
  type: 'SUCCESS' | 'CLIENT_ERROR' | 'SERVICE_FAULT' | 'CLOUD_FAILURE'
  parameters: Record<string, string>
  message: string
}

const short = (text: string) => (text.length > 1500 ? `…${text.slice(-1500)}` : text)

export const reasons = {
  userRequest: (userName: string): Reason => ({
    code: 'USER_REQUEST',
    type: 'SUCCESS',
    parameters: { username: userName },
    message: `Terminated by ${userName}`,
  }),
  paused: (userName: string): Reason => ({
    // Our extension: clients that know only the SDK's codes read it as an unknown code of a success.
    code: 'PAUSED',
    type: 'SUCCESS',
    parameters: { username: userName },
    message: `Paused by ${userName}. Its machines are hibernated; start the cluster to resume it with everything in memory.`,
  }),
  inactivity: (ms: number): Reason => ({
    code: 'INACTIVITY',
    type: 'SUCCESS',
    parameters: { inactivity_duration_min: String(Math.round(ms / 60_000)) },
    message: `Terminated after ${Math.round(ms / 60_000)} minutes without activity`,
  }),
  workspaceDeleted: (): Reason => ({
    code: 'WORKSPACE_CANCELLED_ERROR',
    type: 'SUCCESS',
    parameters: {},
    message: 'Terminated because the workspace is being deleted',
  }),
  quota: (text: string): Reason => ({
    code: 'AZURE_QUOTA_EXCEEDED_EXCEPTION',
    type: 'CLIENT_ERROR',
    parameters: { azure_error_code: 'OperationNotAllowed', azure_error_message: text },
    message: `The machines do not fit the quota of the subscription: ${text}`,
  }),
  cloud: (code: string, text: string): Reason => ({
    code: 'CLOUD_PROVIDER_LAUNCH_FAILURE',
    type: 'CLOUD_FAILURE',
    parameters: { azure_error_code: code, azure_error_message: short(text) },
    message: `The cloud refused a machine: ${short(text)}`,
  }),
  launchFailure: (machine: string, why: string | undefined): Reason => ({
    code: 'CLOUD_PROVIDER_LAUNCH_FAILURE',
    type: 'CLOUD_FAILURE',
    parameters: { instance_id: machine, azure_error_message: short(why ?? '') },
    message: `Machine ${machine} could not be started${why ? `: ${short(why)}` : '.'}`,
  }),
  bootTimeout: (driver: string, ms: number): Reason => ({
    code: 'BOOTSTRAP_TIMEOUT',
    type: 'SERVICE_FAULT',
    parameters: { databricks_error_message: `driver ${driver}` },
    message: driver === 'silent' ? `The driver did not report within ${ms / 1000} s.` : `Spark was not ready within ${ms / 1000} s.`,
  }),
  workersMissing: (wanted: number, got: number): Reason => ({
    code: 'WORKER_SETUP_FAILURE',
    type: 'SERVICE_FAULT',
    parameters: { databricks_error_message: `${got} of ${wanted} workers` },
    message: `Only ${got} of ${wanted} workers registered with Spark.`,
  }),
  sparkStartup: (why: string | undefined): Reason => ({
    code: 'SPARK_STARTUP_FAILURE',
    type: 'SERVICE_FAULT',
    parameters: { databricks_error_message: short(why ?? '') },
    message: `Spark could not be started${why ? `: ${short(why)}` : '.'}`,
  }),
  initScript: (machine: string, script: string, error: string, lines: string): Reason => ({
    code: 'INIT_SCRIPT_FAILURE',
    type: 'CLIENT_ERROR',
    parameters: { instance_id: machine, databricks_error_message: short(`Cluster scoped init script ${script} failed: ${error}`), last_lines: short(lines) },
    message: `Init script ${script} failed on ${machine}: ${error}${lines === '' ? '' : `\nIts last lines:\n${short(lines)}`}`,
  }),
  driverFailed: (why: string | undefined): Reason => ({
    code: 'DRIVER_UNHEALTHY',
    type: 'SERVICE_FAULT',
    parameters: { databricks_error_message: short(why ?? '') },
    message: `The driver failed${why ? `: ${short(why)}` : '.'}`,
  }),
  driverLost: (why: string | undefined): Reason => ({
    code: 'DRIVER_NODE_UNREACHABLE',
    type: 'CLOUD_FAILURE',
    parameters: { azure_error_message: short(why ?? '') },
    message: `The driver's machine was lost${why ? `: ${short(why)}` : '.'}`,
  }),
  driverUnreachable: (ms: number): Reason => ({
    code: 'DRIVER_UNREACHABLE',
    type: 'SERVICE_FAULT',
    parameters: { databricks_error_message: `silent for ${Math.round(ms / 1000)} s` },
    message: `The driver was not heard for ${Math.round(ms / 1000)} s.`,
  }),
} as const
