import type { FastifyPluginAsync } from 'fastify'
import { Problem } from '#base/problem.ts'
import { html } from '#directory/pages/html.ts'
import { document, pageHeaders } from '#directory/pages/layout.ts'
import { renderArm } from './resource-manager/problems.ts'

export type FrontPageDeps = { tenantName: string; publicUrl: string; loginUrl: string; storageUrl: string }

/**
 * What a browser finds at the resource manager's address: where things are and how to reach them. Says nothing that
 * needs a sign-in. Every other path that nobody knows is refused in the resource manager's own words.
 */
export const frontPage = ({ tenantName, publicUrl, loginUrl, storageUrl }: FrontPageDeps): FastifyPluginAsync => async (app) => {
  const page = document({
    title: 'Brickyard',
    wide: true,
    body: html`<h1>Your cloud is running</h1>
<p class="soft">Resource groups, machines, networks and storage of this installation are managed through the resource manager’s API: with the Azure SDKs, with <code>az</code>, or with the <code>brickyard</code> command. Pages to manage them here are not built yet.</p>
<h2>For you</h2>
<p><a href="${loginUrl}/myapps">Your account, consents and sessions</a></p>
<h2>Addresses</h2>
<ul>
<li>Resource manager <code>${publicUrl}</code></li>
<li>Directory <code>${loginUrl}</code></li>
<li>Storage <code>${storageUrl}</code></li>
</ul>
<h2>On this machine</h2>
<ul>
<li><code>./brickyard status</code> shows workspaces and machines</li>
<li><code>./brickyard env</code> prints what official clients need</li>
<li><code>./brickyard walkabout</code> walks the whole story</li>
</ul>`,
  }, tenantName)
  app.get('/', (_request, reply) => reply.headers(pageHeaders()).send(page))
  app.setNotFoundHandler((request, reply) => {
    const { status, headers, body } = renderArm(new Problem('path_not_found', `The resource manager has nothing at '${request.url.split('?', 1)[0]}'. Paths begin with /subscriptions, /tenants, /providers or /metadata.`))
    return reply.status(status).headers(headers).send(body)
  })
}
