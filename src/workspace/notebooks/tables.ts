import type { Generated, Selectable } from 'kysely'
import type { NotebookDocument } from './document.ts'
import type { Attachment, Output, RunState, Truncated, Widget } from './wire.ts'

type Notebooks = {
  workspace_id: string
  object_id: number
  /** The document up to `snapshot_update`; later updates are rows of their own. */
  snapshot: Buffer | null
  snapshot_update: Generated<number>
  /** Counts updates. Its row lock makes the order of numbers the order of commits. */
  last_update: Generated<number>
  /** The last update that is in a revision. */
  revised_update: Generated<number>
  /** Who made updates since the last revision, as far as they are in the snapshot. */
  editors: Generated<string[]>
}
type Updates = { workspace_id: string; object_id: number; update_id: number; update: Buffer; user_name: string }
type Revisions = {
  workspace_id: string
  object_id: number
  revision_id: number
  name: string | null
  user_names: string[]
  document: NotebookDocument
  created_at: Date
}
/** Which command waits for the answer of a session that `dbutils.notebook.run` began, and until when it may take. */
export type Called = { run_id: string; cluster_id: string; context_id: string; command_id: string; request_id: string; deadline: number | null; depth: number }
/** `sent`: the command that waits has it. */
export type Answer = ({ ok: true; value: string } | { ok: false; message: string }) & { sent?: boolean }
type Sessions = {
  workspace_id: string
  /** The object id for the notebook's own session. */
  session_id: string
  object_id: number
  cluster_id: string | null
  /** Of the cluster, when the context was made: contexts of earlier ones are lost. */
  incarnation: number | null
  context_id: string | null
  context_state: Generated<Exclude<Attachment['context'], 'busy'>>
  context_message: string | null
  context_since: Date | null
  executions: Generated<number>
  widgets: Generated<Widget[]>
  called: Called | null
  /** What is answered to the caller. */
  answer: Answer | null
}
/** A piece of code for one command. `%run` makes one for each cell of the other notebook. */
export type Part = { language: 'python' | 'sql' | 'scala' | 'r'; code: string; notebook_path: string; /** Values that `%run` gives beside the notebook's own. */ widgets?: Record<string, string> }
type Runs = {
  workspace_id: string
  run_id: string
  /** The order in which a session's runs go. */
  position: Generated<number>
  session_id: string
  batch_id: string
  cell_id: string
  state: RunState
  message: string | null
  language: string
  source: string
  user_id: number
  user_name: string
  queued_at: Date
  started_at: Date | null
  finished_at: Date | null
  execution_count: number | null
  /** Made when the run begins; null before. */
  parts: Part[] | null
  part: Generated<number>
  /** The context it was sent to. */
  context_id: string | null
  /** The last event of the driver for the current part that is stored. */
  followed: Generated<number>
}
type Results = { workspace_id: string; session_id: string; cell_id: string; run_id: string; seq: number; truncated: Truncated | null }
type Outputs = { workspace_id: string; session_id: string; cell_id: string; seq: number; output: Output }

export type Tables = {
  notebooks: Notebooks
  notebook_updates: Updates
  notebook_revisions: Revisions
  notebook_sessions: Sessions
  notebook_runs: Runs
  notebook_results: Results
  notebook_outputs: Outputs
}
export type SessionRow = Selectable<Sessions>
export type RunRow = Selectable<Runs>
export type ResultRow = Selectable<Results>
