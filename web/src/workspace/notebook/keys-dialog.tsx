import { Dialog, DialogActions, DialogBody, DialogContent, DialogSurface, DialogTitle, makeStyles, tokens } from '@fluentui/react-components'
import { Button } from '#web/kit/button.tsx'
import { editorKeys, keys, type Key } from './keys.ts'

const useStyles = makeStyles({
  surface: { maxWidth: '760px', width: '94vw' },
  columns: { columns: '2 300px', columnGap: '32px' },
  group: { breakInside: 'avoid-column' },
  table: { width: '100%', borderCollapse: 'collapse', marginBottom: '12px', fontSize: tokens.fontSizeBase200 },
  title: { fontSize: tokens.fontSizeBase300, fontWeight: tokens.fontWeightSemibold, margin: '8px 0 4px' },
  keys: { whiteSpace: 'nowrap', padding: '3px 12px 3px 0', verticalAlign: 'top', width: '1%', textAlign: 'start' },
  key: { fontFamily: tokens.fontFamilyMonospace, border: `1px solid ${tokens.colorNeutralStroke1}`, borderRadius: '4px', padding: '0 5px', backgroundColor: tokens.colorNeutralBackground3 },
})
const arrows: Record<string, string> = { ArrowUp: '↑', ArrowDown: '↓', Escape: 'Esc' }
const shown = (keys: string) => keys.replace(/Arrow(Up|Down)|Escape/g, (name) => arrows[name] ?? name)

/** All keys of a notebook. */
export function KeysDialog({ onClose }: { onClose: () => void }) {
  const styles = useStyles()
  const group = (title: string, list: readonly Pick<Key, 'keys' | 'title'>[]) => (
    <section className={styles.group} aria-label={title}>
      <h3 className={styles.title}>{title}</h3>
      <table className={styles.table}>
        <tbody>
          {list.map(({ keys, title }) => (
            <tr key={title}>
              <th scope="row" className={styles.keys}>{keys.map((each, index) => <span key={each}>{index > 0 && ' or '}<kbd className={styles.key}>{shown(each)}</kbd></span>)}</th>
              <td>{title}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
  return (
    <Dialog open onOpenChange={(_event, { open }) => !open && onClose()}>
      <DialogSurface className={styles.surface}>
        <DialogBody>
          <DialogTitle>Keys</DialogTitle>
          <DialogContent>
            <p>Press <kbd className={styles.key}>Esc</kbd> in a cell for command mode, <kbd className={styles.key}>Enter</kbd> to edit again. On a Mac, Ctrl is also ⌘.</p>
            <div className={styles.columns} tabIndex={0} role="group" aria-label="List of keys">
              {group('Always', keys.filter(({ when }) => when === 'always'))}
              {group('Command mode', keys.filter(({ when }) => when === 'command'))}
              {group('While editing', [...keys.filter(({ when }) => when === 'edit'), ...editorKeys])}
            </div>
          </DialogContent>
          <DialogActions><Button appearance="primary" onClick={onClose}>Close</Button></DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  )
}
