import { Field, Input, makeStyles, Select } from '@fluentui/react-components'
import { AddRegular, DeleteRegular } from '@fluentui/react-icons'
import { Button, IconButton } from '#web/kit/button.tsx'
import type { Spec } from '../clusters.ts'
import type { Problems } from './spec.ts'

type Script = NonNullable<Spec['init_scripts']>[number]
const kinds = [
  { kind: 'workspace', title: 'Workspace', example: '/Users/me@example.com/install.sh' },
  { kind: 'dbfs', title: 'DBFS', example: 'dbfs:/scripts/install.sh' },
  { kind: 'abfss', title: 'ABFSS', example: 'abfss://container@account.dfs.core.windows.net/install.sh' },
  { kind: 'file', title: 'On the machine', example: 'file:/opt/install.sh' },
] as const
const useStyles = makeStyles({
  all: { display: 'flex', flexDirection: 'column', gap: '12px' },
  row: { display: 'grid', gridTemplateColumns: 'auto minmax(0, 1fr) auto', gap: '8px', alignItems: 'start' },
})

/** Scripts that run on every machine before Spark starts, in this order. */
export function InitScriptsField({ scripts, onChange, problems, refused, shown }: { scripts: readonly Script[]; onChange: (scripts: Script[]) => void; problems: Problems; refused: { field: string; message: string } | undefined; shown: boolean }) {
  const styles = useStyles()
  const put = (index: number, script: Script) => onChange(scripts.map((old, at) => (at === index ? script : old)))
  return (
    <div className={styles.all}>
      <span>Scripts that run as root on every machine before Spark starts, in this order. One that fails ends the start, and the reason says which.</span>
      {scripts.map((script, index) => {
        const [kind = 'workspace', place] = Object.entries(script)[0] ?? []
        const wrong = refused?.field.startsWith(`init_scripts.${index}`) ? refused.message : shown ? problems[`init_scripts.${index}`] : undefined
        const known = kinds.find((one) => one.kind === kind)
        return (
          <div key={`script-${index}`} className={styles.row}>
            <Select aria-label={`Place of script ${index + 1}`} value={kind} onChange={(_event, data) => put(index, { [data.value]: { destination: place?.destination ?? '' } })}>
              {kinds.map((one) => <option key={one.kind} value={one.kind}>{one.title}</option>)}
            </Select>
            <Field {...(wrong === undefined ? {} : { validationMessage: wrong })}>
              <Input aria-label={`Path of script ${index + 1}`} value={place?.destination ?? ''} placeholder={known?.example ?? ''} onChange={(_event, data) => put(index, { [kind]: { destination: data.value } })} />
            </Field>
            <IconButton label={`Remove script ${index + 1}`} icon={<DeleteRegular />} onClick={() => onChange(scripts.filter((_, at) => at !== index))} />
          </div>
        )
      })}
      <div><Button icon={<AddRegular />} disabledBecause={scripts.length >= 10 ? 'At most 10 init scripts' : undefined} onClick={() => onChange([...scripts, { workspace: { destination: '' } }])}>Add a script</Button></div>
    </div>
  )
}
