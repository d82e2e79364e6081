import { makeStyles, MessageBar, MessageBarBody, Radio, RadioGroup, Field, tokens, Tab, TabList } from '@fluentui/react-components'
import { useQuery } from '@tanstack/react-query'
import { useState, type FormEvent, type ReactNode } from 'react'
import { fieldOf } from '#web/api/call.ts'
import { Button } from '#web/kit/button.tsx'
import { LinesField, NumberField, SelectField, TextField } from '#web/kit/fields.tsx'
import { LinkButton } from '#web/kit/link.tsx'
import { Section } from '#web/kit/page.tsx'
import { ErrorState, Loading } from '#web/kit/states.tsx'
import { memory, nodeTypes, quota, sparkVersions, type NodeType, type Spec } from '../clusters.ts'
import { InitScriptsField } from './init-scripts-field.tsx'
import { JsonSide } from './json-side.tsx'
import { roomFor } from './quota.ts'
import { cleaned, fromLines, newSpec, problemsOf, toLines, type Problems } from './spec.ts'

const useStyles = makeStyles({
  form: { display: 'grid', gridTemplateColumns: 'minmax(0, 3fr) minmax(0, 2fr)', gap: '20px', alignItems: 'start', '@media (max-width: 1000px)': { gridTemplateColumns: 'minmax(0, 1fr)' } },
  column: { display: 'flex', flexDirection: 'column', gap: '20px', minWidth: 0 },
  pair: { display: 'grid', gridTemplateColumns: 'repeat(auto-fit, minmax(min(100%, 220px), 1fr))', gap: '16px', '& > *': { minWidth: 0 } },
  foot: { display: 'flex', gap: '8px', flexWrap: 'wrap', position: 'sticky', bottom: 0, padding: '12px 20px', marginBottom: '-12px', backgroundColor: tokens.colorNeutralBackground1, border: `1px solid ${tokens.colorNeutralStroke2}`, borderRadius: tokens.borderRadiusXLarge, boxShadow: tokens.shadow8, zIndex: 1 },
  soft: { color: tokens.colorNeutralForeground3, margin: 0 },
})
type Props = {
  start: Spec | undefined
  submit: string
  cancel: string
  /** Beside the button that submits, e.g. what happens to a running cluster. */
  note?: ReactNode
  onSubmit: (spec: Spec) => Promise<unknown>
}

/** Loads what there is to choose from, then shows the form. */
export function ClusterForm({ start, ...props }: Props) {
  const types = useQuery(nodeTypes)
  const versions = useQuery(sparkVersions)
  if (types.error) return <ErrorState error={types.error} retry={types.refetch} title="The machines of this region cannot be listed" />
  if (versions.error) return <ErrorState error={versions.error} retry={versions.refetch} title="The runtimes cannot be listed" />
  if (!types.data || !versions.data) return <Loading lines={10} />
  return <Form {...props} start={start ?? newSpec(types.data, versions.data)} types={types.data} versions={versions.data} />
}

const typeLabel = (type: NodeType) => `${type.node_type_id} · ${type.num_cores} ${type.num_cores === 1 ? 'core' : 'cores'}, ${memory(type.memory_mb)}${type.is_beta ? ' · beta' : ''}`

function Form({ start, submit, cancel, note, onSubmit, types, versions }: Omit<Props, 'start'> & { start: Spec; types: readonly NodeType[]; versions: readonly { key: string; name: string }[] }) {
  const styles = useStyles()
  const [spec, setSpec] = useState<Spec>(() => cleaned(start))
  const [jsonWrong, setJsonWrong] = useState<string>()
  const [pressed, setPressed] = useState(false)
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>()
  const [advanced, setAdvanced] = useState('spark')
  const change = (part: Partial<Spec>) => {
    setSpec((old) => ({ ...old, ...part }))
    setError(undefined)
  }
  const problems: Problems = problemsOf(spec, types)
  const refused = fieldOf(error)
  const field = (...names: string[]) => ({
    validate: () => names.map((name) => problems[name]).find((one) => one !== undefined),
    error: refused !== undefined && names.includes(refused) && error instanceof Error ? error.message : undefined,
    checked: pressed,
  })
  const go = async (event: FormEvent) => {
    event.preventDefault()
    setPressed(true)
    if (busy || Object.keys(problems).length > 0 || jsonWrong !== undefined) {
      // The first wrong field takes the focus, once its message is drawn.
      setTimeout(() => document.querySelector<HTMLElement>('form [aria-invalid=true]')?.focus())
      return
    }
    setBusy(true)
    setError(undefined)
    try {
      await onSubmit(cleaned(spec))
    } catch (problem) {
      setError(problem)
    } finally {
      setBusy(false)
    }
  }
  const typeChoices = [...types.map((type) => ({ value: type.node_type_id, label: typeLabel(type) })), ...unknown(types, spec.node_type_id), ...unknown(types, spec.driver_node_type_id)]
  const mode = spec.autoscale ? 'range' : spec.num_workers === 0 ? 'single' : 'fixed'
  const choose = (next: string) => {
    if (next === 'range') change({ autoscale: { min_workers: Math.max(1, spec.num_workers ?? 1), max_workers: Math.max(1, spec.num_workers ?? 1) + 2 }, num_workers: undefined })
    else change({ autoscale: undefined, num_workers: next === 'single' ? 0 : Math.max(1, spec.num_workers ?? spec.autoscale?.min_workers ?? 1) })
  }
  const room = roomFor(spec, types, useQuery(quota).data ?? [])
  const wrong = Object.keys(problems).length + (jsonWrong === undefined ? 0 : 1)
  return (
    <form onSubmit={(event) => void go(event)} noValidate className={styles.form}>
      <div className={styles.column}>
        <Section title="Basics">
          <TextField label="Name" required autoFocus value={spec.cluster_name ?? ''} onChange={(cluster_name) => change({ cluster_name })} {...field('cluster_name')} placeholder="e.g. Flights" />
          <SelectField label="Runtime" required value={spec.spark_version} onChange={(spark_version) => change({ spark_version })} choices={[...versions.map((one) => ({ value: one.key, label: one.name })), ...(versions.some((one) => one.key === spec.spark_version) ? [] : [{ value: spec.spark_version, label: spec.spark_version || 'Choose' }])]} {...field('spark_version')} />
        </Section>
        <Section title="Machines" text="One driver and its workers, each a virtual machine of its own in the managed resource group.">
          <Field label="Workers">
            <RadioGroup layout="horizontal" value={mode} onChange={(_event, data) => choose(data.value)}>
              <Radio value="fixed" label="A fixed number" />
              <Radio value="range" label="As many as the work needs" />
              <Radio value="single" label="None (single node)" />
            </RadioGroup>
          </Field>
          {mode === 'fixed' && <NumberField label="Number of workers" required min={1} max={1000} value={spec.num_workers ?? 1} onChange={(num_workers) => change({ num_workers })} {...field('num_workers')} />}
          {spec.autoscale && (
            <div className={styles.pair}>
              <NumberField label="At least" required min={1} max={1000} value={spec.autoscale.min_workers} onChange={(min_workers) => change({ autoscale: { min_workers, max_workers: spec.autoscale?.max_workers ?? min_workers + 1 } })} {...field('autoscale.min_workers', 'autoscale')} />
              <NumberField label="At most" required min={2} max={1000} value={spec.autoscale.max_workers} onChange={(max_workers) => change({ autoscale: { max_workers, min_workers: spec.autoscale?.min_workers ?? 1 } })} {...field('autoscale.max_workers')} />
            </div>
          )}
          <div className={styles.pair}>
            {mode !== 'single' && <SelectField label="Worker type" required value={spec.node_type_id ?? ''} onChange={(node_type_id) => change({ node_type_id })} choices={typeChoices} {...field('node_type_id')} />}
            <SelectField label="Driver type" required value={spec.driver_node_type_id ?? spec.node_type_id ?? ''} onChange={(driver_node_type_id) => change(mode === 'single' ? { driver_node_type_id, node_type_id: driver_node_type_id } : { driver_node_type_id })} choices={typeChoices} {...field('driver_node_type_id')} />
          </div>
          <p className={styles.soft} role="status">{inAll(spec, types)}</p>
          {room !== undefined && <MessageBar intent="warning" layout="multiline"><MessageBarBody>{room}</MessageBarBody></MessageBar>}
          <NumberField label="Terminate after idle minutes" min={0} max={10_000} step={10} value={spec.autotermination_minutes ?? 0} onChange={(autotermination_minutes) => change({ autotermination_minutes })} {...field('autotermination_minutes')} hint="0 means never. Idle: no command, no Spark job, no client." />
        </Section>
        <Section title="Advanced">
          <TabList selectedValue={advanced} onTabSelect={(_event, data) => setAdvanced(String(data.value))} aria-label="Advanced settings">
            <Tab value="spark">Spark</Tab><Tab value="tags">Tags</Tab><Tab value="scripts">Init scripts</Tab>
          </TabList>
          {advanced === 'spark' && (
            <>
              <Lines label="Spark config" placeholder="spark.sql.shuffle.partitions 8" hint="One setting a line: name value." pairs={spec.spark_conf} onPairs={(spark_conf) => change({ spark_conf })} {...field('spark_conf')} />
              <Lines label="Environment variables" placeholder="NAME=value" hint="One a line: NAME=value." between="=" pairs={spec.spark_env_vars} onPairs={(spark_env_vars) => change({ spark_env_vars })} {...field('spark_env_vars')} />
            </>
          )}
          {advanced === 'tags' && <Lines label="Tags" placeholder="team analytics" hint="One a line: name value. They are set on every machine, card and disk." pairs={spec.custom_tags} onPairs={(custom_tags) => change({ custom_tags })} {...field('custom_tags')} />}
          {advanced === 'scripts' && <InitScriptsField scripts={spec.init_scripts ?? []} onChange={(init_scripts) => change({ init_scripts })} problems={problems} refused={refused !== undefined && refused.startsWith('init_scripts') && error instanceof Error ? { field: refused, message: error.message } : undefined} shown={pressed} />}
        </Section>
        {error !== undefined && <ErrorState error={error} title="The server did not take it" />}
        {note}
        <div className={styles.foot}>
          <Button type="submit" appearance="primary" busy={busy}>{submit}</Button>
          <LinkButton href={cancel}>Cancel</LinkButton>
          {pressed && wrong > 0 && <span role="alert" style={{ alignSelf: 'center' }}>{wrong === 1 ? 'One field needs' : `${wrong} fields need`} your attention.</span>}
        </div>
      </div>
      <JsonSide spec={spec} onSpec={(next) => { setSpec(next); setError(undefined) }} onWrong={setJsonWrong} />
    </form>
  )
}

const unknown = (types: readonly NodeType[], id: string | undefined) => (id === undefined || types.some((type) => type.node_type_id === id) ? [] : [{ value: id, label: `${id} · not offered here` }])

/** What the machines have together. */
function inAll(spec: Spec, types: readonly NodeType[]): string {
  const of = (id: string | undefined) => types.find((type) => type.node_type_id === id)
  const [driver, worker] = [of(spec.driver_node_type_id ?? spec.node_type_id), of(spec.node_type_id)]
  if (!driver || !worker) return ''
  const sum = (workers: number) => `${workers + 1} ${workers === 0 ? 'machine' : 'machines'}, ${driver.num_cores + workers * worker.num_cores} cores, ${memory(driver.memory_mb + workers * worker.memory_mb)}`
  return spec.autoscale ? `From ${sum(spec.autoscale.min_workers)} to ${sum(spec.autoscale.max_workers)}.` : `In all ${sum(spec.num_workers ?? 0)}.`
}

/** Pairs as lines. Keeps what is being typed as it is: an unfinished line must not jump. */
function Lines({ pairs, onPairs, between = ' ', ...props }: { label: string; placeholder: string; hint: string; between?: string; pairs: Record<string, string> | undefined; onPairs: (pairs: Record<string, string>) => void; validate: () => string | undefined; error: string | undefined; checked: boolean }) {
  const [text, setText] = useState(() => toLines(pairs, between))
  // Changed from elsewhere (the JSON): what was typed no longer says it.
  const shown = JSON.stringify(fromLines(text)) === JSON.stringify(pairs ?? {}) ? text : toLines(pairs, between)
  return <LinesField {...props} code rows={3} value={shown} onChange={(next) => { setText(next); onPairs(fromLines(next)) }} />
}
