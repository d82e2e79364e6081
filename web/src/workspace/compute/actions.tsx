import { Menu, MenuItem, MenuList, MenuPopover, MenuTrigger } from '@fluentui/react-components'
import { ArrowCounterclockwiseRegular, CopyRegular, DeleteRegular, EditRegular, MoreHorizontalRegular, PauseRegular, PlayRegular, StopRegular } from '@fluentui/react-icons'
import { useState, type ReactElement } from 'react'
import { Button, IconButton } from '#web/kit/button.tsx'
import { ConfirmDialog } from '#web/kit/confirm-dialog.tsx'
import { useGo } from '#web/kit/link.tsx'
import { useNotify } from '#web/kit/notices.tsx'
import { nameOf, stateOf, useClusterLevel, useClusterVerb, whyNot, type Cluster, type Verb } from './clusters.ts'

type Asked = 'terminate' | 'restart' | 'remove'
const questions: Record<Asked, { title: (name: string) => string; confirm: string; text: string }> = {
  terminate: {
    title: (name) => `Terminate ${name}?`, confirm: 'Terminate',
    text: 'What goes: its machines with their disks, everything in memory, variables of notebooks, cached tables. What stays: the cluster in the list with its configuration, and all data in storage. Pausing instead keeps memory and variables.',
  },
  restart: {
    title: (name) => `Restart ${name}?`, confirm: 'Restart',
    text: 'What goes: variables of notebooks, cached tables and whatever runs now. What stays: machines, configuration and all data in storage.',
  },
  remove: {
    title: (name) => `Delete ${name} for good?`, confirm: 'Delete',
    text: 'What goes: the cluster with its configuration, event history and permissions, and its machines if it runs. This cannot be undone. What stays: all data in storage, and notebooks that were attached to it.',
  },
}
const words = { start: 'starts', resume: 'resumes', restart: 'restarts', pause: 'is being paused', terminate: 'is being terminated', remove: 'is being deleted' } as const

/** What can be done with a cluster; dialogs that ask first belong to it. */
export function useClusterActions(cluster: Cluster, after?: (verb: Verb) => void) {
  const level = useClusterLevel(cluster.cluster_id)
  const act = useClusterVerb()
  const notify = useNotify()
  const [asked, setAsked] = useState<Asked>()
  const name = nameOf(cluster)
  const ask = async (verb: Exclude<Verb, 'edit'>) => {
    await act.mutateAsync({ verb, clusterId: cluster.cluster_id })
    notify.done(`${name} ${words[verb]}`)
    after?.(verb)
  }
  const run = (verb: Exclude<Verb, 'edit'>) => {
    if (verb === 'terminate' || verb === 'restart' || verb === 'remove') setAsked(verb)
    else ask(verb).catch((error: unknown) => notify.failed(`${name} could not be changed`, error))
  }
  const question = asked && questions[asked]
  const dialog = asked && question && (
    <ConfirmDialog title={question.title(name)} confirm={question.confirm} typed={asked === 'remove' ? name : undefined} onConfirm={() => ask(asked)} onClose={() => setAsked(undefined)}>
      <p style={{ margin: 0 }}>{question.text}</p>
    </ConfirmDialog>
  )
  return { run, dialog, why: (verb: Verb) => whyNot(verb, cluster, level), pending: act.isPending ? act.variables.verb : undefined }
}

const icons: Record<Exclude<Verb, 'edit'>, ReactElement> = { start: <PlayRegular />, resume: <PlayRegular />, restart: <ArrowCounterclockwiseRegular />, pause: <PauseRegular />, terminate: <StopRegular />, remove: <DeleteRegular /> }
const titles = { start: 'Start', resume: 'Resume', restart: 'Restart', pause: 'Pause', terminate: 'Terminate', remove: 'Delete' } as const

/** The two or three buttons that matter most, as icons of a row. */
export function RowActions({ cluster }: { cluster: Cluster }) {
  const { run, why, dialog, pending } = useClusterActions(cluster)
  const start = stateOf(cluster) === 'PAUSED' ? 'resume' : 'start'
  return (
    <>
      {([start, 'pause', 'terminate'] as const).map((verb) => (
        <IconButton key={verb} size="small" label={`${titles[verb]} ${nameOf(cluster)}`} icon={icons[verb]} disabledBecause={why(verb)} busy={pending === verb} onClick={() => run(verb)} />
      ))}
      {dialog}
    </>
  )
}

/** All actions of a cluster's own page. */
export function ClusterActions({ cluster }: { cluster: Cluster }) {
  const go = useGo()
  const { run, why, dialog, pending } = useClusterActions(cluster, (verb) => verb === 'remove' && go('/compute'))
  const start = stateOf(cluster) === 'PAUSED' ? 'resume' : 'start'
  const off = why(start) !== undefined
  return (
    <>
      <Button appearance={off ? 'secondary' : 'primary'} icon={icons[start]} disabledBecause={why(start)} busy={pending === start} onClick={() => run(start)}>{titles[start]}</Button>
      {(['restart', 'pause', 'terminate'] as const).map((verb) => (
        <Button key={verb} icon={icons[verb]} disabledBecause={why(verb)} busy={pending === verb} onClick={() => run(verb)}>{titles[verb]}</Button>
      ))}
      <Menu>
        <MenuTrigger disableButtonEnhancement><Button icon={<MoreHorizontalRegular />} aria-label="More actions" /></MenuTrigger>
        <MenuPopover>
          <MenuList>
            <Entry title="Edit" icon={<EditRegular />} why={why('edit')} onClick={() => go(`/compute/${cluster.cluster_id}/edit`)} />
            <Entry title="Clone" icon={<CopyRegular />} onClick={() => go(`/compute/new?from=${cluster.cluster_id}`)} />
            <Entry title="Delete" icon={<DeleteRegular />} why={why('remove')} onClick={() => run('remove')} />
          </MenuList>
        </MenuPopover>
      </Menu>
      {dialog}
    </>
  )
}

function Entry({ title, icon, why, onClick }: { title: string; icon: ReactElement; why?: string | undefined; onClick: () => void }) {
  return (
    <MenuItem icon={icon} disabled={why !== undefined} onClick={onClick} {...(why === undefined ? {} : { subText: why })}>
      {title}
    </MenuItem>
  )
}
