import { z } from 'zod'
import { defineApi, get, post } from '#base/http/api.ts'

/** Command Execution 1.2. Source: compute.CommandExecutionAPI in databricks-sdk-py. Names are camelCase there. */
const Context = z.object({ clusterId: z.string(), contextId: z.string() })
const Command = Context.extend({ commandId: z.string() })
const Language = z.enum(['python', 'sql', 'scala', 'r'])
const Id = z.object({ id: z.string() })
const Results = z.object({
  resultType: z.enum(['text', 'table', 'image', 'images', 'error']),
  data: z.unknown().optional(),
  schema: z.array(z.looseObject({ name: z.string(), type: z.string() })).optional(),
  truncated: z.boolean().optional(),
  isJsonSchema: z.boolean().optional(),
  fileName: z.string().optional(),
  fileNames: z.array(z.string()).optional(),
  summary: z.string().optional(),
  cause: z.string().optional(),
})

export const commandsApi = defineApi({
  createContext: post('/api/1.2/contexts/create', {
    body: z.object({ clusterId: z.string(), language: Language }),
    reply: Id,
    needs: 'CAN_ATTACH_TO',
  }),
  contextStatus: get('/api/1.2/contexts/status', {
    query: Context,
    reply: Id.extend({ status: z.enum(['Pending', 'Running', 'Error']) }),
    needs: 'CAN_ATTACH_TO',
  }),
  destroyContext: post('/api/1.2/contexts/destroy', { body: Context, reply: Id, needs: 'CAN_ATTACH_TO' }),
  execute: post('/api/1.2/commands/execute', {
    body: Context.extend({ language: Language, command: z.string() }),
    reply: Id,
    needs: 'CAN_ATTACH_TO',
  }),
  commandStatus: get('/api/1.2/commands/status', {
    query: Command,
    reply: Id.extend({
      status: z.enum(['Queued', 'Running', 'Cancelling', 'Finished', 'Cancelled', 'Error']),
      results: Results.nullable(),
    }),
    needs: 'CAN_ATTACH_TO',
  }),
  cancel: post('/api/1.2/commands/cancel', { body: Command, reply: Id, needs: 'CAN_ATTACH_TO' }),
})
