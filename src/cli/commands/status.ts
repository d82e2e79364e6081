import type { Context } from '../command.ts'
import { productStatus } from '../product.ts'

/** `./brickyard status`. */
export async function run({ config, flags, out }: Context): Promise<number> {
  const status = await productStatus(config)
  if (flags.json) out(JSON.stringify(status === null ? { running: false, dataDir: config.dataDir } : { running: true, dataDir: config.dataDir, ...status }))
  else if (status === null) out('Brickyard is not running. Start it with ./brickyard up.')
  else {
    out(`Brickyard runs as process ${status.pid} since ${status.startedAt}.`)
    const rows = [
      ['Portal', status.urls.portal],
      ['Resource manager', status.urls.arm],
      ['Directory', `${status.urls.login}/${status.tenantId}`],
      ['Subscription', status.subscriptionId],
      ['Data', config.dataDir],
      ['Machines by', status.hosts.kind],
      ...status.workspaces.map((workspace) => [`Workspace ${workspace.name}`, `${workspace.url} (${workspace.state})`]),
      ...status.machines.map((machine) => [`Machine ${machine.id}`, `${machine.power}, ${machine.size}`]),
    ]
    const width = Math.max(...rows.map(([name]) => name?.length ?? 0))
    for (const [name, value] of rows) out(`  ${name?.padEnd(width)}  ${value}`)
  }
  return status === null ? 3 : 0
}
