import { makeStyles, Menu, MenuDivider, MenuItem, MenuList, MenuPopover, MenuTrigger, Spinner, tokens } from '@fluentui/react-components'
import { ChevronDownRegular, PlugConnectedRegular, PlugDisconnectedRegular, ServerRegular } from '@fluentui/react-icons'
import type { Attachment } from '#web/api/generated/notebook-wire.ts'
import { Button } from '#web/kit/button.tsx'
import { useGo } from '#web/kit/link.tsx'
import { useNotify } from '#web/kit/notices.tsx'
import { inWords, StateBadge } from '#web/kit/state-badge.tsx'
import { nameOf, stateOf, useClusters, useClusterVerb, type Cluster } from '../../compute/clusters.ts'
import { useLive, useNotebook, useWhyNot } from '../notebook-context.ts'

const useStyles = makeStyles({
  button: { maxWidth: '280px', minWidth: 0, '@media (max-width: 640px)': { maxWidth: '200px' } },
  name: { overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' },
  dot: { width: '10px', height: '10px', borderRadius: '50%', flexShrink: 0, backgroundColor: tokens.colorNeutralForeground4 },
  good: { backgroundColor: tokens.colorPaletteGreenBackground3 },
  bad: { backgroundColor: tokens.colorPaletteRedBackground3 },
  row: { display: 'flex', gap: '12px', alignItems: 'center', justifyContent: 'space-between' },
  none: { padding: '8px 12px', maxWidth: '260px', color: tokens.colorNeutralForeground3 },
})
const asleep = ['TERMINATED', 'PAUSED', 'ERROR']

/** What the state of the attachment means, in words. */
export function wordsOf({ cluster_id, cluster_state, context, message }: Attachment): { text: string; tone: 'good' | 'busy' | 'bad' | 'none' } {
  if (cluster_id === null) return { text: 'Not attached', tone: 'none' }
  if (cluster_state === 'MISSING') return { text: 'The cluster does not exist any more', tone: 'bad' }
  if (cluster_state !== 'RUNNING' && cluster_state !== 'RESIZING') return { text: inWords(cluster_state ?? 'UNKNOWN'), tone: asleep.includes(cluster_state ?? '') ? 'none' : 'busy' }
  if (context === 'starting') return { text: 'Python is starting', tone: 'busy' }
  if (context === 'busy') return { text: 'Busy', tone: 'good' }
  if (context === 'lost') return { text: message ?? 'Variables are gone', tone: 'bad' }
  if (context === 'failed') return { text: message ?? 'Could not start', tone: 'bad' }
  return { text: context === 'ready' ? 'Ready' : 'Attached', tone: 'good' }
}

/** Chooses, starts and leaves the cluster. `open` is controlled from outside: running without a cluster asks for one. */
export function ClusterPicker({ open, onOpen }: { open: boolean; onOpen: (open: boolean) => void }) {
  const styles = useStyles()
  const { live, commands } = useNotebook()
  const notify = useNotify()
  const go = useGo()
  const clusters = useClusters()
  const verb = useClusterVerb()
  const attachment = useLive('attachment', (live) => live.state.attachment)
  const noRun = useWhyNot('run')
  const { text, tone } = wordsOf(attachment)
  const all = clusters.data ?? []
  const mine = all.find(({ cluster_id }) => cluster_id === attachment.cluster_id)

  const start = async (cluster: Cluster) => {
    if (!asleep.includes(stateOf(cluster))) return
    await verb.mutateAsync({ verb: stateOf(cluster) === 'PAUSED' ? 'resume' : 'start', clusterId: cluster.cluster_id })
  }
  const attach = (cluster: Cluster) =>
    void live.request({ type: 'attach', cluster_id: cluster.cluster_id }).then(() => start(cluster)).catch((error: unknown) => notify.failed('The notebook was not attached', error))
  const detach = () => void live.request({ type: 'detach' }).catch((error: unknown) => notify.failed('The notebook was not detached', error))

  return (
    <Menu open={open} onOpenChange={(_event, data) => onOpen(data.open)}>
      <MenuTrigger disableButtonEnhancement>
        <Button
          className={styles.button} disabledBecause={noRun} icon={tone === 'busy' ? <Spinner size="extra-tiny" /> : <span className={`${styles.dot} ${tone === 'good' ? styles.good : tone === 'bad' ? styles.bad : ''}`} />} iconPosition="before"
          aria-label={attachment.cluster_id === null ? 'Attach to a cluster' : `Cluster ${attachment.cluster_name ?? attachment.cluster_id}: ${text}`} title={text}
        >
          <span className={styles.name}>{attachment.cluster_id === null ? 'Attach' : (attachment.cluster_name ?? attachment.cluster_id)}{tone === 'busy' && `: ${text.toLowerCase()}`}</span><ChevronDownRegular />
        </Button>
      </MenuTrigger>
      <MenuPopover>
        <MenuList>
          {mine !== undefined && asleep.includes(stateOf(mine)) && <MenuItem icon={<PlugConnectedRegular />} onClick={() => void start(mine).catch((error: unknown) => notify.failed('The cluster was not started', error))}>{stateOf(mine) === 'PAUSED' ? 'Resume' : 'Start'} {nameOf(mine)}</MenuItem>}
          {attachment.cluster_id !== null && <MenuItem icon={<PlugDisconnectedRegular />} onClick={detach}>Detach</MenuItem>}
          {attachment.cluster_id !== null && <MenuItem secondaryContent="0 0" onClick={commands.restart}>Restart (clear variables)</MenuItem>}
          {mine !== undefined && <MenuItem icon={<ServerRegular />} onClick={() => go(`/compute/${mine.cluster_id}`)}>Open the cluster’s page</MenuItem>}
          {mine !== undefined && stateOf(mine) === 'RUNNING' && <MenuItem onClick={() => window.open(`/sparkui/${mine.cluster_id}/`, '_blank', 'noreferrer')}>Spark UI</MenuItem>}
          {attachment.cluster_id !== null && <MenuDivider />}
          {all.filter(({ cluster_id }) => cluster_id !== attachment.cluster_id).map((cluster) => (
            <MenuItem key={cluster.cluster_id} onClick={() => attach(cluster)}>
              <span className={styles.row}><span>{asleep.includes(stateOf(cluster)) ? `Start and attach ${nameOf(cluster)}` : nameOf(cluster)}</span><StateBadge state={stateOf(cluster)} /></span>
            </MenuItem>
          ))}
          {all.length === 0 && <div className={styles.none}>{clusters.isPending ? 'Loading clusters' : 'There is no cluster that you may attach to.'}</div>}
          <MenuDivider />
          <MenuItem onClick={() => go('/compute/new')}>Create a cluster</MenuItem>
        </MenuList>
      </MenuPopover>
    </Menu>
  )
}
