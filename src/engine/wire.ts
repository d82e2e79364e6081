// What the driver agent answers. Shared by both ends; no imports, because it is copied into the image.

export type DriverState = 'starting' | 'ready' | 'failed'
export type DriverStatus = {
  state: DriverState
  /** Why it failed, for a person. */
  why?: string
  sparkVersion?: string
  /** Executors registered now. */
  executors: Array<{ id: string; host: string; cores: number }>
  /** What the start did, in order, in seconds since the agent began. */
  steps: Array<{ name: string; seconds: number }>
  /** Epoch milliseconds of the last thing a user did: commands, Spark Connect, running Spark jobs. For auto-termination. */
  lastActivity: number
  clusterId: string
  incarnation: number
}

export type Language = 'python' | 'sql' | 'scala' | 'r'
/** Source: compute.ContextStatus in databricks-sdk-py. */
export type ContextStatus = 'Pending' | 'Running' | 'Error'
export type Context = { id: string; language: Language; status: ContextStatus; why?: string }

/** Source: compute.CommandStatus in databricks-sdk-py. */
export type CommandState = 'Queued' | 'Running' | 'Cancelling' | 'Finished' | 'Cancelled' | 'Error'
/** One thing a command printed or showed, in order. `data` is by media type, as the kernel gave it. */
export type Output =
  | { kind: 'stream'; name: 'stdout' | 'stderr'; text: string }
  | { kind: 'display'; data: Record<string, unknown>; metadata: Record<string, unknown> }
  | { kind: 'error'; name: string; value: string; traceback: string[] }
/** Source: compute.Results in databricks-sdk-py. */
export type CommandResults =
  | { resultType: 'text'; data: string }
  | { resultType: 'table'; data: unknown[][]; schema: Array<{ name: string; type: string; metadata: string }>; truncated: boolean; isJsonSchema: true }
  | { resultType: 'image'; fileName: string }
  | { resultType: 'images'; fileNames: string[] }
  | { resultType: 'error'; summary: string; cause: string }
export type Command = { id: string; status: CommandState; results: CommandResults | null; outputs: Output[]; startedAt?: number; finishedAt?: number }

/** Media type of a table shown by `display` or by SQL. */
export const tableMime = 'application/vnd.brickyard.table+json'
