import { makeStyles, MessageBar, MessageBarActions, MessageBarBody, MessageBarTitle, tokens } from '@fluentui/react-components'
import { Button } from '#web/kit/button.tsx'
import { useNotify } from '#web/kit/notices.tsx'
import { inWords } from '#web/kit/state-badge.tsx'
import { useClusterVerb } from '../../compute/clusters.ts'
import { Steps } from '../../compute/tabs/steps.tsx'
import { useLive } from '../notebook-context.ts'

const useStyles = makeStyles({
  card: { padding: '12px 16px', backgroundColor: tokens.colorNeutralBackground1, border: `1px solid ${tokens.colorNeutralStroke2}`, borderRadius: tokens.borderRadiusLarge, display: 'flex', flexDirection: 'column', gap: '8px' },
  title: { margin: 0, fontSize: tokens.fontSizeBase300, fontWeight: tokens.fontWeightSemibold },
})
const comes = ['PENDING', 'RESTARTING', 'RESUMING']
const asleep = ['TERMINATED', 'PAUSED', 'ERROR']

/** Says what stands between a cell and its run: the cluster starts, sleeps, or has lost the variables. */
export function ClusterBar() {
  const styles = useStyles()
  const notify = useNotify()
  const verb = useClusterVerb()
  const { cluster_id, cluster_name, cluster_state, context, message } = useLive('attachment', (live) => live.state.attachment)
  const waits = useLive('active', (live) => live.state.active.length > 0)
  if (cluster_id === null || cluster_state === null) return null
  const name = cluster_name ?? cluster_id
  if (comes.includes(cluster_state)) {
    return (
      <section className={styles.card} aria-label="The cluster is on its way">
        <h2 className={styles.title}>{name} is {cluster_state === 'PENDING' ? 'starting' : inWords(cluster_state).toLowerCase()}. Cells that wait run as soon as it is there.</h2>
        <Steps clusterId={cluster_id} />
      </section>
    )
  }
  if (cluster_state === 'MISSING') return <MessageBar intent="warning"><MessageBarBody>The cluster of this notebook does not exist any more. Attach it to another one.</MessageBarBody></MessageBar>
  if (asleep.includes(cluster_state) && waits) {
    const paused = cluster_state === 'PAUSED'
    return (
      <MessageBar intent="info" layout="multiline">
        <MessageBarBody><MessageBarTitle>{name} is {inWords(cluster_state).toLowerCase()}</MessageBarTitle>Cells wait for it.</MessageBarBody>
        <MessageBarActions><Button size="small" onClick={() => verb.mutate({ verb: paused ? 'resume' : 'start', clusterId: cluster_id }, { onError: (error) => notify.failed('The cluster was not started', error) })}>{paused ? 'Resume' : 'Start'}</Button></MessageBarActions>
      </MessageBar>
    )
  }
  if ((context === 'lost' || context === 'failed') && message !== undefined) {
    return <MessageBar intent={context === 'failed' ? 'error' : 'warning'} layout="multiline"><MessageBarBody><MessageBarTitle>{context === 'failed' ? 'Python did not start' : 'Variables are gone'}</MessageBarTitle>{message}</MessageBarBody></MessageBar>
  }
  return null
}
