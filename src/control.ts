import { chmodSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Config } from '#base/config.ts'
import { controlApi, withControlSocket } from '#base/control.ts'
import { implement } from '#base/http/api.ts'
import { openApp } from '#base/http/app.ts'
import { mountApi, renderProblems } from '#base/http/mount.ts'
import type { Log } from '#base/log.ts'
import { databricks, Problem } from '#base/problem.ts'
import type { Cloud } from '#cloud/cloud.ts'
import type { HostProvider } from '#cloud/hosts/provider.ts'
import type { Directory } from '#directory/directory.ts'
import type { Service } from '#service/service.ts'
import type { Workspaces } from '#workspace/workspaces.ts'

type Deps = {
  config: Config
  startedAt: Date
  url: { portal: string; login: string; storage: string }
  caFile: string
  hosts: HostProvider
  directory: Directory
  cloud: Cloud
  service: Service
  workspaces: Workspaces
  first: { adminUpn: string; adminPassword?: string }
  shutdown(keepMachines: boolean): void
  log: Log
}

/** Answers the owner of the data directory on the control socket (`base/control.ts`). */
export async function serveControl(deps: Deps): Promise<{ close(): Promise<void> }> {
  const { config, directory, cloud, service, workspaces, url } = deps
  let firstPassword = deps.first.adminPassword ?? null
  const room = implement(controlApi, {
    async status() {
      return {
        pid: process.pid,
        startedAt: deps.startedAt.toISOString(),
        port: config.port,
        urls: { portal: url.portal, arm: url.portal, login: url.login, storage: url.storage },
        caFile: deps.caFile,
        tenantId: directory.tenantId,
        domain: directory.domain,
        adminUpn: deps.first.adminUpn,
        subscriptionId: cloud.subscriptionId,
        location: 'local',
        hosts: { kind: deps.hosts.kind, report: deps.hosts.report() },
        machines: await cloud.machines(),
        workspaces: await service.list(),
      }
    },
    shutdown({ body }) {
      setImmediate(deps.shutdown, body.keepMachines) // after the answer has left
      return {}
    },
    firstPassword() {
      const password = firstPassword
      firstPassword = null
      return { upn: deps.first.adminUpn, password }
    },
    async resetPassword({ body }) {
      return { upn: body.upn, password: await directory.users.resetPassword(body.upn) }
    },
    async createAccount({ body }) {
      const user = await directory.users.createUser({ upn: body.upn, displayName: body.displayName ?? body.upn.split('@')[0] ?? body.upn })
      if (user.password === undefined) throw new Error('a new account without a password')
      const granted = body.owner ? await owner(user.id) : await cloud.grantDedicated(user.id, body.resourceGroup)
      return { upn: user.upn, password: user.password, ...granted }
    },
    async deleteAccount({ body }) {
      await directory.users.delete(body.upn)
      return {}
    },
    async createCredential({ body }) {
      const app = await directory.applications.createApplication({ displayName: body.displayName })
      const principal = await directory.servicePrincipals.createServicePrincipal(app.appId)
      const secret = await directory.applications.addSecret(app.appId)
      await cloud.grant(principal.id, body.role, `/subscriptions/${cloud.subscriptionId}`)
      return { clientId: app.appId, clientSecret: secret.secretText, objectId: principal.id }
    },
    async createToken({ body }) {
      const workspace = (await service.list()).find((each) => each.name === body.workspace || each.workspaceId === body.workspace)
      if (!workspace) throw new Problem('not_found', `There is no workspace ${body.workspace}.`)
      const token = await workspaces.createToken(workspace.workspaceId, { userName: deps.first.adminUpn, comment: body.comment, lifetimeSeconds: body.lifetimeSeconds })
      return { token, url: workspace.url }
    },
  })
  async function owner(oid: string): Promise<{ role: string; scope: string }> {
    const scope = `/subscriptions/${cloud.subscriptionId}`
    await cloud.grant(oid, 'Owner', scope)
    return { role: 'Owner', scope }
  }
  const app = openApp(deps.log)
  mountApi(app, [room], { authenticate: () => Promise.reject(new Problem('unauthenticated', 'Not on this socket.')) })
  renderProblems(app, (problem) => ({ status: databricks[problem.code][0], body: { message: problem.message } }), () => new Problem('path_not_found', 'No such operation.'))
  rmSync(join(config.dataDir, 'run', 'control.sock'), { force: true }) // of a process that was killed: we own the folder now
  await withControlSocket(config.dataDir, async (path) => {
    await app.listen({ path })
    chmodSync(path, 0o600)
  })
  return { close: () => app.close() }
}
