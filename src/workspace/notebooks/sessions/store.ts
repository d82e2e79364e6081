import { createHash } from 'node:crypto'
import { sql, type Kysely, type Transaction } from 'kysely'
import { anyJson } from '../jsonb.ts'
import type { Part, ResultRow, RunRow, SessionRow, Tables } from '../tables.ts'
import type { CellResult, CellRun, Output, RunState, Truncated } from '../wire.ts'

export type SessionStore = ReturnType<typeof sessionStore>
export type NewRun = Pick<RunRow, 'run_id' | 'session_id' | 'batch_id' | 'cell_id' | 'language' | 'source' | 'user_id' | 'user_name' | 'queued_at'>
export type RunChange = Partial<Omit<RunRow, 'workspace_id' | 'run_id' | 'position' | 'session_id'>>
export type SessionChange = Partial<Omit<SessionRow, 'workspace_id' | 'session_id' | 'object_id'>>
/** What the driver told since the last time, ready to be stored. */
export type OutputChange = { rows: { seq: number; output: Output }[]; replaced: { display_id: string; output: Output }[]; cleared: boolean; seq: number; truncated?: Truncated }

/** Runs that are not over. */
export const active = ['queued', 'running', 'cancelling'] as const satisfies RunState[]
export const isActive = (state: RunState): boolean => active.some((one) => one === state)
/** The lasting session of a notebook. */
export const sessionOf = (objectId: number): string => String(objectId)

/** Sessions of one workspace's notebooks, their runs and what these showed. */
export const sessionStore = (db: Kysely<Tables>, workspaceId: string) => {
  type Within = Kysely<Tables> | Transaction<Tables>
  const runs = (within: Within = db) => within.selectFrom('notebook_runs').selectAll().where('workspace_id', '=', workspaceId)
  const ofCell = (sessionId: string, cellId: string) => ({ workspace_id: workspaceId, session_id: sessionId, cell_id: cellId })

  return {
    db,
    /** A notebook's lasting session; made when it is not there. */
    async own(objectId: number, within: Within = db): Promise<SessionRow> {
      const find = () =>
        within.selectFrom('notebook_sessions').selectAll().where('workspace_id', '=', workspaceId).where('session_id', '=', sessionOf(objectId)).executeTakeFirst()
      const found = await find()
      if (found) return found
      await within.insertInto('notebooks').values({ workspace_id: workspaceId, object_id: objectId, snapshot: null }).onConflict((c) => c.doNothing()).execute()
      await this.add({ session_id: sessionOf(objectId), object_id: objectId }, within)
      const made = await find()
      if (!made) throw new Error(`Session ${objectId} was made and is not there`)
      return made
    },
    add: async (row: Pick<SessionRow, 'session_id' | 'object_id'> & SessionChange, within: Within = db) =>
      void (await within
        .insertInto('notebook_sessions')
        .values({ cluster_id: null, incarnation: null, context_id: null, context_message: null, context_since: null, ...prepared(row), session_id: row.session_id, object_id: row.object_id, workspace_id: workspaceId })
        .onConflict((c) => c.doNothing())
        .execute()),
    find: (sessionId: string, within: Within = db): Promise<SessionRow | undefined> =>
      within.selectFrom('notebook_sessions').selectAll().where('workspace_id', '=', workspaceId).where('session_id', '=', sessionId).executeTakeFirst(),
    change: (sessionId: string, change: SessionChange, within: Within = db): Promise<SessionRow | undefined> =>
      within
        .updateTable('notebook_sessions')
        .set(prepared(change))
        .where('workspace_id', '=', workspaceId)
        .where('session_id', '=', sessionId)
        .returningAll()
        .executeTakeFirst(),
    ofNotebook: (objectId: number, within: Within = db): Promise<SessionRow[]> =>
      within.selectFrom('notebook_sessions').selectAll().where('workspace_id', '=', workspaceId).where('object_id', '=', objectId).execute(),
    /** Sessions that this run began by `dbutils.notebook.run` and that are not over. */
    calledBy: (runId: string): Promise<SessionRow[]> =>
      db.selectFrom('notebook_sessions').selectAll().where('workspace_id', '=', workspaceId).where(sql<string>`called ->> 'run_id'`, '=', runId).where('answer', 'is', null).execute(),

    forgetCalls: async (runId: string): Promise<void> =>
      void (await db
        .deleteFrom('notebook_sessions')
        .where('workspace_id', '=', workspaceId)
        .where(sql<string>`called ->> 'run_id'`, '=', runId)
        .where(sql<boolean>`(answer -> 'sent')::boolean`)
        .execute()),

    run: (runId: string): Promise<RunRow | undefined> => runs().where('run_id', '=', runId).executeTakeFirst(),
    addRuns: async (rows: readonly NewRun[], within: Within): Promise<RunRow[]> =>
      within
        .insertInto('notebook_runs')
        .values(rows.map((row) => ({ ...row, workspace_id: workspaceId, state: 'queued' as const, message: null, started_at: null, finished_at: null, execution_count: null, parts: null, context_id: null })))
        .returningAll()
        .execute(),
    /** Changes a run, if it is in one of these states. */
    async changeRun(runId: string, change: RunChange, from: readonly RunState[] = active, within: Within = db): Promise<RunRow | undefined> {
      const { parts, ...plain } = change
      return within
        .updateTable('notebook_runs')
        .set({ ...plain, ...(parts === undefined ? {} : { parts: parts && anyJson(parts) }) })
        .where('workspace_id', '=', workspaceId)
        .where('run_id', '=', runId)
        .where('state', 'in', from)
        .returningAll()
        .executeTakeFirst()
    },
    /** Ends all runs of a session, or of a batch of it, that wait. */
    cancelWaiting: (sessionId: string, message: string, at: Date, batchId?: string): Promise<RunRow[]> => {
      const update = db
        .updateTable('notebook_runs')
        .set({ state: 'cancelled', message, finished_at: at })
        .where('workspace_id', '=', workspaceId)
        .where('session_id', '=', sessionId)
        .where('state', '=', 'queued')
      return (batchId === undefined ? update : update.where('batch_id', '=', batchId)).returningAll().execute()
    },
    /** What is to be done next: what runs, then what waits longest. */
    next: (sessionId: string): Promise<RunRow | undefined> =>
      runs()
        .where('session_id', '=', sessionId)
        .where('state', 'in', active)
        .orderBy(sql`state = 'queued'`)
        .orderBy('position')
        .limit(1)
        .executeTakeFirst(),
    activeRuns: (sessionId: string): Promise<RunRow[]> => runs().where('session_id', '=', sessionId).where('state', 'in', active).orderBy('position').execute(),
    batch: (sessionId: string, batchId: string): Promise<RunRow[]> => runs().where('session_id', '=', sessionId).where('batch_id', '=', batchId).orderBy('position').execute(),
    /** The newest run of every cell, and all that are not over. */
    async shownRuns(sessionId: string): Promise<RunRow[]> {
      const newest = await runs().where('session_id', '=', sessionId).distinctOn('cell_id').orderBy('cell_id').orderBy('position', 'desc').execute()
      const rest = await this.activeRuns(sessionId)
      return [...new Map([...newest, ...rest].map((row) => [row.run_id, row])).values()].toSorted((one, other) => one.position - other.position)
    },
    /** Sessions with something to do, for a start after a crash. */
    async busySessions(): Promise<string[]> {
      const { rows } = await sql<{ session_id: string }>`
        select distinct session_id from workspace.notebook_runs where workspace_id = ${workspaceId} and state in ('queued', 'running', 'cancelling')
        union select session_id from workspace.notebook_sessions
          where workspace_id = ${workspaceId} and called is not null and (answer is null or answer -> 'sent' is null)`.execute(db)
      return rows.map((row) => row.session_id)
    },
    /** Old runs of a session are history nobody asks for: all but the newest of each cell go after a while. */
    async forgetRuns(sessionId: string, before: Date): Promise<void> {
      await sql`delete from workspace.notebook_runs r where workspace_id = ${workspaceId} and session_id = ${sessionId} and finished_at < ${before}
        and exists (select 1 from workspace.notebook_runs n where n.workspace_id = r.workspace_id and n.session_id = r.session_id and n.cell_id = r.cell_id and n.position > r.position)`.execute(db)
    },

    /**
     * A run that waited runs now, and its cell's result is its own and empty. One statement, because a click waits for it.
     * Undefined when it does not wait any more.
     */
    async beginRun(run: Pick<RunRow, 'run_id' | 'session_id' | 'cell_id'>, given: { parts: Part[]; context_id: string; at: Date }): Promise<RunRow | undefined> {
      const { rows } = await sql<RunRow>`
        with session as (
          select executions + 1 as execution from workspace.notebook_sessions where workspace_id = ${workspaceId} and session_id = ${run.session_id}
        ), run as (
          update workspace.notebook_runs set state = 'running', message = null, started_at = ${given.at}, parts = ${anyJson(given.parts)}, part = 0, followed = 0,
            context_id = ${given.context_id}, execution_count = (select execution from session)
          where workspace_id = ${workspaceId} and run_id = ${run.run_id} and state = 'queued' returning *
        ), counted as (
          update workspace.notebook_sessions set executions = executions + 1
          where workspace_id = ${workspaceId} and session_id = ${run.session_id} and exists (select from run)
        ), emptied as (
          delete from workspace.notebook_outputs
          where workspace_id = ${workspaceId} and session_id = ${run.session_id} and cell_id = ${run.cell_id} and exists (select from run)
        ), result as (
          insert into workspace.notebook_results (workspace_id, session_id, cell_id, run_id, seq)
          select ${workspaceId}, ${run.session_id}, ${run.cell_id}, ${run.run_id}, 0 from run
          on conflict (workspace_id, session_id, cell_id) do update set run_id = excluded.run_id, seq = 0, truncated = null
        ) select * from run`.execute(db)
      return rows[0]
    },
    /** Adds to a cell's result, unless it is another run's by now. */
    async addOutputs(run: Pick<RunRow, 'session_id' | 'cell_id' | 'run_id'>, change: OutputChange, within: Within): Promise<void> {
      const cell = ofCell(run.session_id, run.cell_id)
      const held = await within
        .updateTable('notebook_results')
        .set({ seq: change.seq, ...(change.truncated ? { truncated: anyJson(change.truncated) } : change.cleared ? { truncated: null } : {}) })
        .where((where) => where.and({ ...cell, run_id: run.run_id }))
        .returning('seq')
        .executeTakeFirst()
      if (!held) return
      if (change.cleared) await within.deleteFrom('notebook_outputs').where((where) => where.and(cell)).execute()
      for (const { display_id, output } of change.replaced)
        await within.updateTable('notebook_outputs').set({ output: anyJson(output) }).where((where) => where.and(cell)).where(sql<string>`output ->> 'display_id'`, '=', display_id).execute()
      if (change.rows.length > 0) await within.insertInto('notebook_outputs').values(change.rows.map(({ seq, output }) => ({ ...cell, seq, output: anyJson(output) }))).execute()
    },
    result: (sessionId: string, cellId: string): Promise<ResultRow | undefined> =>
      db.selectFrom('notebook_results').selectAll().where((where) => where.and(ofCell(sessionId, cellId))).executeTakeFirst(),
    results: (sessionId: string): Promise<ResultRow[]> =>
      db.selectFrom('notebook_results').selectAll().where('workspace_id', '=', workspaceId).where('session_id', '=', sessionId).execute(),
    async outputs(sessionId: string, cellId: string): Promise<Output[]> {
      const rows = await db.selectFrom('notebook_outputs').select('output').where((where) => where.and(ofCell(sessionId, cellId))).orderBy('seq').execute()
      return joined(rows.map((row) => row.output))
    },
    /** A long run leaves many small rows: one for each output remains. */
    async joinOutputs(sessionId: string, cellId: string, within: Within): Promise<void> {
      const rows = await within.selectFrom('notebook_outputs').select(['seq', 'output']).where((where) => where.and(ofCell(sessionId, cellId))).orderBy('seq').execute()
      const outputs = joined(rows.map((row) => row.output))
      if (outputs.length + 20 > rows.length) return
      await within.deleteFrom('notebook_outputs').where((where) => where.and(ofCell(sessionId, cellId))).execute()
      await within.insertInto('notebook_outputs').values(outputs.map((output, at) => ({ ...ofCell(sessionId, cellId), seq: at + 1, output: anyJson(output) }))).execute()
    },
    clearResults: async (sessionId: string, cellIds: readonly string[] | undefined, except: readonly string[]): Promise<void> => {
      let gone = db.deleteFrom('notebook_results').where('workspace_id', '=', workspaceId).where('session_id', '=', sessionId)
      if (cellIds) gone = gone.where('cell_id', 'in', [...cellIds])
      if (except.length > 0) gone = gone.where('cell_id', 'not in', [...except])
      await gone.execute()
    },
  }
}

function prepared({ widgets, called, answer, ...plain }: SessionChange) {
  return {
    ...plain,
    ...(widgets === undefined ? {} : { widgets: anyJson(widgets) }),
    ...(called === undefined ? {} : { called: called && anyJson(called) }),
    ...(answer === undefined ? {} : { answer: answer && anyJson(answer) }),
  }
}

/** Streams in a row become one. */
export function joined(outputs: readonly Output[]): Output[] {
  const all: Output[] = []
  for (const output of outputs) {
    const last = all.at(-1)
    if (output.kind === 'stream' && last?.kind === 'stream' && last.name === output.name) all[all.length - 1] = { ...last, text: last.text + output.text }
    else all.push(output)
  }
  return all
}

/** A run as browsers see it. */
export const shownRun = (row: RunRow): CellRun => ({
  run_id: row.run_id,
  batch_id: row.batch_id,
  cell_id: row.cell_id,
  state: row.state,
  ...(row.message === null ? {} : { message: row.message }),
  language: row.language,
  user_name: row.user_name,
  queued_at: row.queued_at.getTime(),
  ...(row.started_at ? { started_at: row.started_at.getTime() } : {}),
  ...(row.finished_at ? { finished_at: row.finished_at.getTime() } : {}),
  ...(row.execution_count === null ? {} : { execution_count: row.execution_count }),
  source_hash: createHash('sha256').update(row.source).digest('hex'),
})
export const shownResult = (row: ResultRow, outputs: Output[]): CellResult => ({
  cell_id: row.cell_id,
  run_id: row.run_id,
  seq: row.seq,
  outputs,
  ...(row.truncated ? { truncated: row.truncated } : {}),
})
