import { Problem } from '#base/problem.ts'
import { driverClient, type DriverClient } from '#engine/driver.ts'
import type { Relay } from '#engine/relay.ts'
import type { Command, Language } from '#engine/wire.ts'
import type { WorkspaceCaller } from '../caller.ts'
import type { ClusterService } from '../clusters/service.ts'

export type CommandService = ReturnType<typeof commandService>
type Where = { clusterId: string; contextId: string }

/** Runs code in kernels on a cluster's driver, for those who may use the cluster. */
export const commandService = ({ clusters, relay }: { clusters: ClusterService; relay: Relay }) => {
  async function driver(caller: WorkspaceCaller, clusterId: string): Promise<DriverClient> {
    await clusters.usable(caller, clusterId)
    return driverClient(relay, clusterId)
  }
  const known = (language: Language) => {
    if (language === 'r')
      throw new Problem('not_implemented', 'Commands in R are not implemented yet by this workspace; python, sql and scala are.')
  }
  /** The driver knows contexts by id only: say which one on which cluster is meant. */
  const named = async <T>(where: Where & { commandId?: string }, call: Promise<T>): Promise<T> =>
    call.catch((error: unknown) => {
      if (!(error instanceof Problem) || error.code !== 'not_found') throw error
      const what = where.commandId === undefined ? `Context ${where.contextId}` : `Command ${where.commandId} of context ${where.contextId}`
      throw new Problem('not_found', `${what} does not exist on cluster ${where.clusterId}`, { cause: error })
    })

  return {
    async createContext(caller: WorkspaceCaller, { clusterId, language }: { clusterId: string; language: Language }) {
      known(language)
      const context = await (await driver(caller, clusterId)).createContext({ language })
      return { id: context.id }
    },
    async contextStatus(caller: WorkspaceCaller, where: Where) {
      const { id, status } = await named(where, (await driver(caller, where.clusterId)).context(where.contextId))
      return { id, status }
    },
    async destroyContext(caller: WorkspaceCaller, where: Where) {
      await named(where, (await driver(caller, where.clusterId)).destroyContext(where.contextId))
      return { id: where.contextId }
    },
    async execute(caller: WorkspaceCaller, wish: Where & { language: Language; command: string }) {
      known(wish.language)
      return named(
        wish,
        (await driver(caller, wish.clusterId)).execute({ contextId: wish.contextId, language: wish.language, command: wish.command }),
      )
    },
    async commandStatus(caller: WorkspaceCaller, where: Where & { commandId: string }) {
      return shown(await named(where, (await driver(caller, where.clusterId)).command(where.contextId, where.commandId)))
    },
    async cancel(caller: WorkspaceCaller, where: Where & { commandId: string }) {
      await named(where, (await driver(caller, where.clusterId)).cancel(where.contextId, where.commandId))
      return { id: where.commandId }
    },
  }
}

/** Source: compute.CommandStatusResponse: a command whose code failed is Finished, with results of type error. */
const shown = ({ id, status, results }: Command) => ({ id, status, results })
