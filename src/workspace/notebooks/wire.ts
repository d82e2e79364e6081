// What a browser and the server say to each other about one open notebook. Types only, no imports: both ends read it.
//
// Connection:  wss://<workspace>/api/2.0/brickyard/notebooks/<object_id>/live
//   Signed in by the session cookie (then Origin must be the workspace's own URL) or by an Authorization header.
//   Level CAN_READ opens it, CAN_EDIT may send document updates and saveRevision/restore, CAN_RUN the rest.
//
// Binary frames: byte 0 says which protocol, the rest is that protocol's message, unchanged:
//   0 = y-protocols/sync (step 1, step 2, update)     1 = y-protocols/awareness (an encoded awareness update)
//   The first byte is a varUint, so the frames are those of y-websocket.
//   The server sends its own sync step 1 after `hello`; the client sends its step 1 whenever it likes (on every connection).
//   Document: doc.getArray('cells') of Y.Map { id: string, source: Y.Text, title?: string }, doc.getMap('meta') { language }.
//   An update is in the database before it is passed on or counted in `saved`.
//
// Text frames: one JSON object each, `ClientMessage` up, `ServerMessage` down. Every request gets exactly one `reply` or one
//   `error` with its `id`; what it changes arrives as events, for every browser alike. Order: hello, then one `result` for each
//   cell that has one, then `ready`, then events. After a lost connection connect again: hello tells everything anew.

export const syncFrame = 0
export const awarenessFrame = 1

/** Codes with which the server closes. Everything else (1006, 1001, 1012): connect again with a growing delay. */
export const closeCodes = {
  /** Sign in again. */
  unauthenticated: 4401,
  /** No CAN_READ (any more). */
  forbidden: 4403,
  /** The notebook does not exist (any more), or is in the trash for good. */
  gone: 4404,
  /** A frame that is none of ours. */
  malformed: 1008,
  /** A frame over `largestFrame`. */
  tooLarge: 1009,
  /** The client reads too slowly to keep up: connect again, hello brings it up to date. */
  tooSlow: 4413,
} as const
/** Bytes, both kinds of frames, from the client. */
export const largestFrame = 16 * 1024 * 1024

export type Level = 'CAN_READ' | 'CAN_RUN' | 'CAN_EDIT' | 'CAN_MANAGE'
export type NotebookLanguage = 'PYTHON' | 'SQL' | 'SCALA' | 'R'

// ---------------------------------------------------------------------------------------------------------------- up

/** `id` is chosen by the client and comes back in the reply; unique on its connection. */
export type ClientMessage = { id: number } & Request
export type Request =
  /** Runs cells in their order in the document. `above` excludes the cell, `below` includes it. Replies RunStarted. */
  | { type: 'run'; cells: CellChoice; /** Cells not yet synced may be sent along: cell id → source that the person sees. */ sources?: Record<string, string> }
  /** Cancels one cell's run, one click's cells (`batch_id`), or everything of this notebook that runs or waits. */
  | { type: 'cancel'; run_id?: string; batch_id?: string }
  /** A new, empty context on the same cluster: variables go, widget values and results stay. Cancels what runs. */
  | { type: 'restart' }
  /** Forgets results (of these cells, or all). Running cells keep theirs. */
  | { type: 'clear'; cell_ids?: string[] }
  /** Needs CAN_ATTACH_TO on the cluster. It may be starting: the context comes when it runs. */
  | { type: 'attach'; cluster_id: string }
  /** Ends the context. */
  | { type: 'detach' }
  /** multiselect: the chosen ones joined by commas, as dbutils.widgets.get gives them. */
  | { type: 'setWidget'; name: string; value: string }
  | { type: 'removeWidget'; name: string }
  /** `cursor` counts UTF-16 units in `code` (the cell's whole source, magic line included). Replies Completions. */
  | { type: 'complete'; cell_id?: string; code: string; cursor: number }
  /** Replies Inspection. */
  | { type: 'inspect'; cell_id?: string; code: string; cursor: number }
  /** Keeps the document as it is now as a revision with a name. Replies RevisionInfo. */
  | { type: 'saveRevision'; name: string }
  /** Makes an old revision the document again (as an edit: nobody loses the history). Replies RevisionInfo of the new one. */
  | { type: 'restore'; revision_id: number }
  /** Keeps proxies from closing a silent line; also a way to measure. Replies {}. */
  | { type: 'ping' }

export type CellChoice = { cell_ids: string[] } | { all: true } | { above: string } | { below: string }

export type RunStarted = { batch_id: string; runs: CellRun[] }
export type Completions = {
  matches: Array<{ text: string; /** function, class, module, instance, keyword, statement, path, table, column, database, catalog … */ type?: string; detail?: string }>
  /** The part of `code` that a match replaces, in UTF-16 units. */
  start: number
  end: number
}
/** `data` by media type: text/plain (may hold ANSI colours), text/html, text/markdown. */
export type Inspection = { found: boolean; data: Record<string, string> }

// -------------------------------------------------------------------------------------------------------------- down

export type ServerMessage =
  | Hello
  /** The result of one cell that hello announced, whole. Also sent when a result was replaced as a whole. */
  | { type: 'result'; result: CellResult }
  /** All of hello's results were sent. */
  | { type: 'ready' }
  | { type: 'reply'; id: number; result: RunStarted | Completions | Inspection | RevisionInfo | Record<string, never> }
  /** With `id`: the answer to that request. Without: about the connection, e.g. an update of a reader that was not applied (`about: 'update'`). */
  | { type: 'error'; id?: number; about?: 'update' | 'frame'; error_code: string; message: string; request_id: string }
  /** Of the update frames (sync step 2 and update) this connection has sent, the first `frames` are durable. */
  | { type: 'saved'; frames: number; at: number }
  | { type: 'attachment'; attachment: Attachment }
  /** A run is new or has moved. A new run of a cell replaces the cell's result when it begins to run. */
  | { type: 'run'; run: CellRun }
  /** More output of a running cell. `seq` grows by one a run; one that is not `last seq + 1` is a repetition: ignore it. */
  | { type: 'output'; cell_id: string; run_id: string; seq: number; output: Output }
  /** The cell asked to forget what it showed so far; with `wait` at its next output. Takes a `seq` too. */
  | { type: 'clearOutput'; cell_id: string; run_id: string; seq: number; wait: boolean }
  /** No more output of this run is sent or stored; it goes on running. Takes a `seq` too. */
  | { type: 'truncated'; cell_id: string; run_id: string; seq: number; truncated: Truncated }
  /** Spark jobs of a running cell, whole picture each time. Not stored; the last picture is in hello while the cell runs. */
  | { type: 'progress'; cell_id: string; run_id: string; jobs: SparkJob[] }
  /** Results of these cells are forgotten (all: absent). */
  | { type: 'cleared'; cell_ids?: string[] }
  /** All widgets, in the order they were made. */
  | { type: 'widgets'; widgets: Widget[] }
  | { type: 'revision'; revision: RevisionInfo }
  /** One's own rights have changed. */
  | { type: 'level'; level: Level }

export type Hello = {
  type: 'hello'
  protocol: 1
  object_id: number
  level: Level
  language: NotebookLanguage
  /** Who you are; put `name` (and a colour made of `user_name`) into your awareness state. */
  me: { user_id: string; user_name: string; display_name: string }
  attachment: Attachment
  /** The newest run of every cell, and everything that runs or waits. */
  runs: CellRun[]
  /** Cells with a stored result; the results follow as `result` messages. */
  results: Array<{ cell_id: string; run_id: string; seq: number }>
  progress: Array<{ cell_id: string; run_id: string; jobs: SparkJob[] }>
  widgets: Widget[]
  last_revision: RevisionInfo | null
}

export type Attachment = {
  cluster_id: string | null
  cluster_name: string | null
  /** As the clusters API shows it (PENDING, RUNNING, …), PAUSED where it is paused, MISSING when the cluster is gone. */
  cluster_state: string | null
  /**
   * none: begins with the first run · starting: on its way · ready: idle · busy: a cell runs ·
   * lost: variables are gone (restart, termination); the next run makes a new one · failed: it could not start
   */
  context: 'none' | 'starting' | 'ready' | 'busy' | 'lost' | 'failed'
  /** Why it is lost or failed, for a person. */
  message?: string
  /** Since when this context lives, epoch ms. */
  since?: number
}

export type RunState = 'queued' | 'running' | 'cancelling' | 'finished' | 'error' | 'cancelled'
/** One cell run once. Times in epoch milliseconds. */
export type CellRun = {
  run_id: string
  /** What one click started. A failed cell cancels the cells of its batch that wait. */
  batch_id: string
  cell_id: string
  state: RunState
  /** Why it was cancelled or failed before or beside its code, for a person. An error of the code itself is an output. */
  message?: string
  language: string
  user_name: string
  queued_at: number
  started_at?: number
  finished_at?: number
  /** Counts runs of a context, as In [3] does. */
  execution_count?: number
  /** True when the cell's source is no longer what was run is the browser's to find out: compare with this (SHA-256 hex of the source). */
  source_hash: string
}

export type CellResult = {
  cell_id: string
  run_id: string
  /** Sequence number of the last thing that is in `outputs`. */
  seq: number
  outputs: Output[]
  truncated?: Truncated
}

/** `data` by media type as Jupyter defines it; base64 for images. The last line with the same `display_id` wins: an `update` replaces. */
export type Output =
  /** Streams in a row are one text: append. Carriage returns and ANSI colours are the browser's to show. */
  | { kind: 'stream'; name: 'stdout' | 'stderr'; text: string }
  | { kind: 'display'; data: Record<string, unknown>; metadata: Record<string, unknown>; display_id?: string; update?: boolean }
  /** `traceback` lines may hold ANSI colours. */
  | { kind: 'error'; name: string; value: string; traceback: string[] }

/** Media types of our own inside `display`. */
export const tableMime = 'application/vnd.brickyard.table+json'
export const widgetMime = 'application/vnd.brickyard.widget+json'
/** Value of `tableMime`. Cells are JSON values; 64-bit integers and decimals beyond a double are strings. */
export type Table = { schema: Array<{ name: string; type: string; metadata?: string }>; data: unknown[][]; truncated: boolean }

export type Truncated = {
  /** For a person. */
  message: string
  kept_bytes: number
  /** Path for GET: everything, as text, while the driver still has it. */
  download: string
}

export type SparkJob = {
  id: number
  name?: string
  state?: 'running' | 'succeeded' | 'failed'
  /** Path of the job's page in the Spark UI, where there is one. */
  url?: string
  stages: Array<{ id: number; name: string; tasks: number; done: number; failed: number; active?: number }>
}

export type Widget = {
  name: string
  kind: 'text' | 'dropdown' | 'combobox' | 'multiselect'
  label: string
  default: string
  choices: string[]
  /** multiselect: joined by commas. */
  value: string
}

export type RevisionInfo = {
  revision_id: number
  /** null: made by autosave. */
  name: string | null
  /** Who edited since the one before. */
  user_names: string[]
  created_at: number
  cells: number
}
