import { makeStyles, tokens } from '@fluentui/react-components'
import { DataHistogramRegular } from '@fluentui/react-icons'
import { OutLink } from '#web/kit/link.tsx'
import { Section } from '#web/kit/page.tsx'
import { Empty } from '#web/kit/states.tsx'
import type { TabProps } from '../cluster-page.tsx'
import { stateOf } from '../clusters.ts'

const useStyles = makeStyles({ frame: { width: '100%', height: '70vh', minHeight: '420px', border: `1px solid ${tokens.colorNeutralStroke2}`, borderRadius: tokens.borderRadiusMedium, backgroundColor: '#fff' } })

/** Spark's own pages, read-only, under the workspace's sign-in. */
export function SparkUi({ cluster }: TabProps) {
  const styles = useStyles()
  const runs = ['RUNNING', 'RESIZING'].includes(stateOf(cluster))
  const at = `/sparkui/${cluster.cluster_id}/`
  return (
    <Section title="Spark UI" text="Spark’s own pages about jobs, stages, storage and executors, to look at." actions={runs && <><OutLink href={at}>Spark UI in a tab</OutLink><OutLink href={`${at}master/`}>Master UI in a tab</OutLink></>}>
      {runs ? <iframe className={styles.frame} src={at} title="Spark UI" /> : <Empty icon={<DataHistogramRegular />} title="Spark does not run" text="Its pages are there while the cluster runs. Start the cluster to see them." />}
    </Section>
  )
}
