import { implementFor } from '../caller.ts'
import { commandsApi } from './api.ts'
import type { CommandService } from './service.ts'

export const commandRoutes = (commands: CommandService) =>
  implementFor(commandsApi, {
    createContext: ({ caller, body }) => commands.createContext(caller, body),
    contextStatus: ({ caller, query }) => commands.contextStatus(caller, query),
    destroyContext: ({ caller, body }) => commands.destroyContext(caller, body),
    execute: ({ caller, body }) => commands.execute(caller, body),
    commandStatus: ({ caller, query }) => commands.commandStatus(caller, query),
    cancel: ({ caller, body }) => commands.cancel(caller, body),
  })
