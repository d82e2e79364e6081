// What the driver agent answers. Shared by both ends; no imports, because it is copied into the image.

/** `tasks` it runs now; bytes of cached tables and data frames, and of shuffles, that are lost with it. */
export type ExecutorStatus = { id: string; host: string; cores: number; tasks?: number; cachedBytes?: number; shuffledBytes?: number }
export type DriverState = 'starting' | 'ready' | 'failed'
export type DriverStatus = {
  state: DriverState
  /** Why it failed, for a person. */
  why?: string
  sparkVersion?: string
  /** Executors registered now. */
  executors: ExecutorStatus[]
  /** Tasks of running stages that no executor has begun. */
  waitingTasks?: number
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

/** What a command may be given beside its code. */
export type CommandParameters = {
  /** The notebook it is a cell of, e.g. `/Users/ada@example.org/first`. Tables are then shown with up to 10,000 rows instead of 1,000. */
  notebookPath?: string
  /** Values of widgets by name, and arguments of a notebook run by another. */
  widgets?: Record<string, string>
  /** Most rows of a shown table; at most 100,000, and 16 MB. */
  rows?: number
}

/** Spark's work for one command: its jobs so far, the last 20 of them in detail. */
export type Progress = {
  tasks: { total: number; done: number; active: number; failed: number }
  jobs: Array<{
    id: number
    state: 'running' | 'succeeded' | 'failed'
    /** What Spark calls it: the user's call site, or the start of a SQL statement. */
    name: string
    stages: Array<{ id: number; name: string; state: 'pending' | 'active' | 'complete' | 'failed' | 'skipped'; total: number; done: number; active: number; failed: number }>
  }>
  /** How many jobs there were in all. */
  jobCount: number
}

/** What happened to a command, in order. `seq` counts from 0; events that a later one made meaningless are left out on a replay. */
export type CommandEvent = { seq: number; at: number } & (
  /** The last event of a command has a status that is `isFinal`; the stream ends after it. `exit` is the value of `dbutils.notebook.exit`. */
  | { kind: 'status'; status: CommandState; why?: string; exit?: string; executionCount?: number }
  /** `displayId`: a later `update` may replace it. */
  | { kind: 'output'; output: Output; displayId?: string }
  | { kind: 'update'; displayId: string; data: Record<string, unknown>; metadata: Record<string, unknown> }
  /** Everything shown so far goes: now, or (`wait`) when the next output comes. */
  | { kind: 'clear'; wait: boolean }
  | { kind: 'progress'; progress: Progress }
  /** The kernel asks the workspace and waits for `reply`. */
  | { kind: 'request'; requestId: string; request: KernelRequest }
  /** `requestId` has its answer, or nobody waits for it any more. */
  | { kind: 'answered'; requestId: string }
  /** More output than is kept: what comes is not shown, except errors. `total` grows while the command runs. */
  | { kind: 'truncated'; kept: number; total: number }
)
export const isFinal = (status: CommandState): boolean => status === 'Finished' || status === 'Cancelled' || status === 'Error'

/** `notebook.run`: run another notebook in a context of its own and answer with its exit value. */
export type KernelRequest = { name: 'notebook.run'; path: string; timeoutSeconds: number; arguments: Record<string, string> }
export type KernelReply = { ok: true; value: string } | { ok: false; message: string }

/** `cursor` counts UTF-16 units of `code`. `language` is the context's when it is not given. */
export type CompleteQuery = { code: string; cursor: number; language?: Language }
/** `code` from `start` to `end` may be replaced by any of the matches. */
export type Completions = { matches: Array<{ text: string; type?: string }>; start: number; end: number }
export type InspectQuery = CompleteQuery & { /** 1 also shows the source. */ detail?: 0 | 1 }
/** `data` by media type: at least `text/plain` when found, with ANSI colours. */
export type Inspection = { found: boolean; data: Record<string, unknown> }

/** Media type of a table shown by `display` or by SQL: `TableShown`. */
export const tableMime = 'application/vnd.brickyard.table+json'
/** `type` is a Spark type in JSON. What JSON would bend (long, decimal, time, binary) is text in `data`. */
export type TableShown = { schema: Array<{ name: string; type: string; metadata?: string }>; data: unknown[][]; truncated: boolean }

/** Media type by which `dbutils.widgets` tells what widgets a notebook has: `WidgetChange`. */
export const widgetMime = 'application/vnd.brickyard.widget+json'
export type Widget = { name: string; type: 'text' | 'dropdown' | 'combobox' | 'multiselect'; label: string; defaultValue: string; value: string; choices?: string[] }
export type WidgetChange = { action: 'set'; widget: Widget } | { action: 'remove'; name: string } | { action: 'removeAll' }
