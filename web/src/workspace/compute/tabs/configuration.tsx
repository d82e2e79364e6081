import { makeStyles, tokens } from '@fluentui/react-components'
import { useQuery } from '@tanstack/react-query'
import { CopyText } from '#web/kit/copy-text.tsx'
import { LinkButton } from '#web/kit/link.tsx'
import { Facts, Section } from '#web/kit/page.tsx'
import { memory, nodeTypes, sparkVersions, workersOf } from '../clusters.ts'
import type { TabProps } from '../cluster-page.tsx'
import { cleaned } from '../form/spec.ts'

const useStyles = makeStyles({
  grid: { display: 'grid', gridTemplateColumns: 'repeat(auto-fit, minmax(min(100%, 420px), 1fr))', gap: '20px', alignItems: 'start' },
  code: { margin: 0, padding: '12px', borderRadius: tokens.borderRadiusMedium, backgroundColor: tokens.colorNeutralBackground3, fontFamily: tokens.fontFamilyMonospace, fontSize: '13px', overflowX: 'auto' },
})
const pairs = (given: Record<string, string> | undefined) => Object.entries(given ?? {}).map(([name, value]) => `${name} ${value}`).join('\n')

/** What was asked for when the cluster was made or last edited. */
export function Configuration({ cluster }: TabProps) {
  const styles = useStyles()
  const types = useQuery(nodeTypes).data
  const version = useQuery(sparkVersions).data?.find((one) => one.key === cluster.spark_version)
  const size = (id: string | undefined) => {
    const type = types?.find((one) => one.node_type_id === id)
    return id === undefined ? undefined : `${id}${type ? ` (${type.num_cores} cores, ${memory(type.memory_mb)}${type.is_beta ? ', beta' : ''})` : ''}`
  }
  const block = (text: string) => (text === '' ? undefined : <pre className={styles.code} tabIndex={0}>{text}</pre>)
  const scripts = (cluster.init_scripts ?? []).map((script) => Object.values(script)[0]?.destination ?? '').join('\n')
  return (
    <div className={styles.grid}>
      <Section title="Configuration" actions={<LinkButton href={`/compute/${cluster.cluster_id}/edit`} size="small">Edit</LinkButton>}>
        <Facts facts={[
          ['Cluster id', <CopyText key="id" text={cluster.cluster_id} />],
          ['Runtime', version?.name ?? cluster.spark_version],
          ['Driver', size(cluster.driver_node_type_id ?? cluster.node_type_id)],
          ['Worker', cluster.num_workers === 0 && !cluster.autoscale ? undefined : size(cluster.node_type_id)],
          ['Workers', workersOf(cluster)],
          ['In all', cluster.cluster_cores === undefined ? undefined : `${cluster.cluster_cores} cores, ${memory(cluster.cluster_memory_mb ?? 0)}`],
          ['Terminates itself', cluster.autotermination_minutes > 0 ? `after ${cluster.autotermination_minutes} idle minutes` : 'never'],
          ['Creator', cluster.creator_user_name],
          ['Spark config', block(pairs(cluster.spark_conf))],
          ['Environment', block(pairs(cluster.spark_env_vars))],
          ['Tags', block(pairs({ ...cluster.custom_tags, ...cluster.default_tags }))],
          ['Init scripts', block(scripts)],
        ]} />
      </Section>
      <Section title="JSON" text="As the API takes it.">
        <pre className={styles.code} tabIndex={0}>{JSON.stringify(cleaned(cluster.spec ?? cluster), null, 2)}</pre>
      </Section>
    </div>
  )
}
