import type { ReactNode } from 'react'
import { Button } from '#web/kit/button.tsx'
import { LinkButton, OutLink } from '#web/kit/link.tsx'
import { StateBadge } from '#web/kit/state-badge.tsx'
import { nameOf, stateOf, type Cluster } from '../compute/clusters.ts'
import { inPortal, type Here } from '../here.ts'

/** `events`: types, newest first; a start out of a pause is called RESUMING here. */
export type Facts = { cluster: Cluster | undefined; events: readonly string[]; notebooks: readonly { id: number; finished: number; failed: boolean }[]; error: Error | null }
export type Step = { id: string; title: string; done: boolean; text: ReactNode; actions: ReactNode }
type In = { here: Here; facts: Facts; seen: ReadonlySet<string>; look: (id: string) => void; install: { run: () => void; busy: boolean } }

/** The steps, with what of them is done. */
export function stepsOf({ here, facts: { cluster, events, notebooks }, seen, look, install }: In): Step[] {
  const { workspace, portal_url: portal } = here
  const running = cluster !== undefined && stateOf(cluster) === 'RUNNING'
  const [load, ask, pause] = notebooks
  // Events are told newest first: `first` happened, and later the cluster ran.
  const ranAfter = (first: string) => events.includes(first) && events.indexOf('RUNNING') >= 0 && events.indexOf('RUNNING') < events.lastIndexOf(first)
  const own = cluster && <LinkButton href={`/compute/${cluster.cluster_id}`}>{nameOf(cluster)}</LinkButton>
  const notebook = (one: { id: number } | undefined, words: string) => (one ? <LinkButton appearance="primary" href={`/notebook/${one.id}`}>{words}</LinkButton> : <span>Install the notebooks first (step 3).</span>)
  return [
    {
      id: 'group', title: 'Look at what the service made', done: seen.has('group'),
      text: <>Creating the service made a <strong>managed resource group</strong>: a locked storage account for your data, a virtual network with two subnets, and a network security group. No machine runs and nothing computes until you ask for a cluster.</>,
      actions: <><OutLink href={inPortal(portal, workspace.managed_resource_group_id)}>Open the managed resource group in the portal</OutLink><Button size="small" onClick={() => look('group')}>I have seen it</Button></>,
    },
    {
      id: 'cluster', title: 'Create a cluster', done: running || events.includes('RUNNING'),
      text: <>A cluster is one driver and a number of workers. While it starts, that many <strong>virtual machines</strong> appear in the managed group, in your network; then Spark runs across them.{cluster && <> Yours: {nameOf(cluster)} <StateBadge state={stateOf(cluster)} /></>}</>,
      actions: cluster ? own : <LinkButton appearance="primary" href="/compute/new">Create cluster</LinkButton>,
    },
    {
      id: 'install', title: 'Get the notebooks and the flights', done: notebooks.length > 0,
      text: <>Three notebooks go into your folder, and the data, every flight that left New York in 2013, onto the root storage of this workspace.</>,
      actions: <><Button appearance="primary" busy={install.busy} onClick={install.run}>{notebooks.length > 0 ? 'Install again' : 'Install'}</Button>{notebooks.length > 0 && <LinkButton href={`/workspace/Users/${encodeURIComponent(here.me.user_name)}/Tour`}>Open the folder</LinkButton>}</>,
    },
    {
      id: 'load', title: 'Load the flights', done: (load?.finished ?? 0) >= 4 && !load?.failed,
      text: <>Attach the notebook to your cluster and press <strong>Run all</strong>: 336,776 flights become a Delta table. Each worker reads and writes a part.</>,
      actions: notebook(load, 'Open the notebook'),
    },
    {
      id: 'ask', title: 'Ask questions', done: (ask?.finished ?? 0) >= 3 && !ask?.failed,
      text: <>Joins in SQL and Python over one session. Make a chart of a table with the button above it.</>,
      actions: notebook(ask, 'Open the notebook'),
    },
    {
      id: 'pause', title: 'Pause and resume', done: ranAfter('RESUMING'),
      text: <>Keep something in memory, pause the cluster, resume it: the variable is still there. Paused machines are kept asleep and compute nothing.</>,
      actions: <>{notebook(pause, 'Open the notebook')}{own}</>,
    },
    {
      id: 'terminate', title: 'Terminate and start again', done: ranAfter('STARTING'),
      text: <>Terminating deletes the machines; the cluster stays listed and the data stays on the storage. Starting brings new machines with the same configuration, and the tables are still there.</>,
      actions: own ?? <span>Create a cluster first (step 2).</span>,
    },
    {
      id: 'portal', title: 'See it from the other side', done: seen.has('portal'),
      text: <>In the portal the same story is told in machines, disks, network rules and an activity log. Try to read the keys of the locked storage account: a deny assignment says no, by name.</>,
      actions: <><OutLink href={inPortal(portal, workspace.resource_id)}>Open the service in the portal</OutLink><Button size="small" onClick={() => look('portal')}>I have seen it</Button></>,
    },
  ]
}
