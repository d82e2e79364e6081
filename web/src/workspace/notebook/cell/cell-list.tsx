import { makeStyles, tokens } from '@fluentui/react-components'
import { AddRegular } from '@fluentui/react-icons'
import { useEffect, useRef } from 'react'
import { Button } from '#web/kit/button.tsx'
import { Empty, Loading } from '#web/kit/states.tsx'
import { useLive, useNotebook, useWhyNot } from '../notebook-context.ts'
import { CellView } from './cell.tsx'

const useStyles = makeStyles({
  list: { display: 'flex', flexDirection: 'column' },
  add: { height: '14px', position: 'relative', display: 'flex', justifyContent: 'center', alignItems: 'center', opacity: 0, transitionProperty: 'opacity', transitionDuration: '80ms', ':hover': { opacity: 1 }, ':focus-within': { opacity: 1 }, '& button': { position: 'absolute', zIndex: 2, height: '22px', minWidth: 'auto', backgroundColor: tokens.colorNeutralBackground1 } },
  last: { display: 'flex', gap: '8px', justifyContent: 'center', padding: '12px' },
})

/** All cells, with places to add one between them. */
export function CellList() {
  const styles = useStyles()
  const { commands, view } = useNotebook()
  const cells = useLive('cells', (live) => live.cells())
  const noEdit = useWhyNot('edit')
  // A browser takes the focus away from what is moved in the page; whoever types must not notice.
  const held = useRef(false)
  held.current = document.activeElement !== null && document.activeElement.closest('[data-cell]') !== null
  useEffect(() => {
    const selected = view.selected()
    if (held.current && selected !== null && document.activeElement === document.body) view.select(selected)
  }, [cells, view])
  if (cells === null) return <Loading lines={8} label="Loading the notebook" />
  if (cells.length === 0) {
    return (
      <Empty
        title="This notebook is empty" text="Add a cell and type Python, or start it with %sql, %md, %scala, %sh, %fs, %pip or %run."
        action={<><Button appearance="primary" icon={<AddRegular />} disabledBecause={noEdit} onClick={() => commands.insertAt(0)}>Add a code cell</Button><Button disabledBecause={noEdit} onClick={() => commands.insertAt(0, '%md\n')}>Add text</Button></>}
      />
    )
  }
  return (
    <div className={styles.list}>
      {cells.map((cell, index) => (
        <div key={cell.id}>
          <div className={styles.add}>{noEdit === undefined && <Button size="small" icon={<AddRegular />} onClick={() => commands.insertAt(index)} aria-label={`Add a cell before cell ${index + 1}`}>Code</Button>}</div>
          <CellView cell={cell} index={index} count={cells.length} />
        </div>
      ))}
      {noEdit === undefined && (
        <div className={styles.last}>
          <Button size="small" icon={<AddRegular />} onClick={() => commands.insertAt(cells.length)}>Code</Button>
          <Button size="small" icon={<AddRegular />} onClick={() => commands.insertAt(cells.length, '%md\n')}>Text</Button>
          <Button size="small" icon={<AddRegular />} onClick={() => commands.insertAt(cells.length, '%sql\n')}>SQL</Button>
        </div>
      )}
    </div>
  )
}
