import { makeStyles, Menu, MenuDivider, MenuItem, MenuList, MenuPopover, MenuTrigger, mergeClasses, tokens } from '@fluentui/react-components'
import { AddRegular, ArrowDownloadRegular, HistoryRegular, KeyboardRegular, MoreHorizontalRegular, PlayRegular, SearchRegular, ShareRegular, StopRegular } from '@fluentui/react-icons'
import { Button, IconButton } from '#web/kit/button.tsx'
import { Breadcrumb, type Crumb } from '#web/kit/page.tsx'
import { useLive, useNotebook, useView, useWhyNot } from '../notebook-context.ts'
import { ClusterPicker } from './cluster-picker.tsx'
import { Presence } from './presence.tsx'

const useStyles = makeStyles({
  head: { position: 'sticky', top: 0, zIndex: 5, backgroundColor: tokens.colorNeutralBackground3, padding: '10px 0 8px', display: 'flex', flexDirection: 'column', gap: '6px', borderBottom: `1px solid ${tokens.colorNeutralStroke2}` },
  line: { display: 'flex', flexWrap: 'wrap', gap: '6px 8px', alignItems: 'center' },
  title: { margin: 0, fontSize: tokens.fontSizeBase500, lineHeight: tokens.lineHeightBase500, fontWeight: tokens.fontWeightSemibold, overflowWrap: 'anywhere', outlineStyle: 'none' },
  saving: { color: tokens.colorNeutralForeground3, fontSize: tokens.fontSizeBase200, marginRight: 'auto', whiteSpace: 'nowrap' },
  offline: { color: tokens.colorPaletteMarigoldForeground1 },
  wide: { '@media (max-width: 900px)': { display: 'none' } },
})
const savings = { saved: 'Saved', saving: 'Saving …', offline: 'Not saved: offline' } as const
export type Formats = 'SOURCE' | 'JUPYTER' | 'HTML'
export type HeadProps = {
  title: string
  crumbs: readonly Crumb[]
  picking: boolean
  onPicking: (open: boolean) => void
  onDialog: (dialog: 'history' | 'permissions' | 'keys' | 'find' | 'rename') => void
  onExport: (format: Formats) => void
}

/** Name, cluster, and everything that concerns all cells. */
export function NotebookHead({ title, crumbs, picking, onPicking, onDialog, onExport }: HeadProps) {
  const styles = useStyles()
  const { commands, live, view } = useNotebook()
  const saving = useLive('saving', (live) => live.saving())
  const level = useLive('level', (live) => live.state.level)
  const lines = useView('lines', () => view.lineNumbers())
  const noRun = useWhyNot('run')
  const noEdit = useWhyNot('edit')
  const place = () => {
    const selected = view.selected()
    return selected === null ? (live.cells()?.length ?? 0) : (live.cells()?.findIndex(({ id }) => id === selected) ?? -1) + 1
  }
  return (
    <div className={styles.head}>
      {crumbs.length > 0 && <Breadcrumb crumbs={crumbs} />}
      <div className={styles.line}>
        <h1 className={styles.title} tabIndex={-1}>{title}</h1>
        <span className={mergeClasses(styles.saving, saving === 'offline' && styles.offline)} role="status">{level === 'CAN_READ' || level === 'CAN_RUN' ? 'Read only' : savings[saving]}</span>
        <Presence />
        <ClusterPicker open={picking} onOpen={onPicking} />
        <RunAll />
        <IconButton label="Add a cell" icon={<AddRegular />} disabledBecause={noEdit} onClick={() => commands.insertAt(place())} />
        <span className={styles.wide}>
          <IconButton label="Find and replace" icon={<SearchRegular />} onClick={() => onDialog('find')} />
          <IconButton label="History" icon={<HistoryRegular />} onClick={() => onDialog('history')} />
          <IconButton label="Permissions" icon={<ShareRegular />} onClick={() => onDialog('permissions')} />
          <IconButton label="Keys" icon={<KeyboardRegular />} onClick={() => onDialog('keys')} />
        </span>
        <Menu>
          <MenuTrigger disableButtonEnhancement><IconButton label="More for the notebook" icon={<MoreHorizontalRegular />} /></MenuTrigger>
          <MenuPopover>
            <MenuList>
              <MenuItem disabled={noRun !== undefined} secondaryContent="Ctrl+Shift+Enter" onClick={commands.runAll}>Run all cells</MenuItem>
              <MenuItem disabled={noRun !== undefined} onClick={() => { const selected = view.selected(); if (selected !== null) commands.runAbove(selected) }}>Run all above</MenuItem>
              <MenuItem disabled={noRun !== undefined} secondaryContent="0 0" onClick={commands.restart}>Restart (clear variables)</MenuItem>
              <MenuItem disabled={noRun !== undefined} onClick={() => commands.clear()}>Clear all outputs</MenuItem>
              <MenuDivider />
              <MenuItem disabled={noEdit !== undefined} secondaryContent="Ctrl+S" onClick={() => commands.save()}>Save a revision</MenuItem>
              <MenuItem onClick={() => onDialog('history')} icon={<HistoryRegular />}>History</MenuItem>
              <MenuItem onClick={() => onDialog('find')} secondaryContent="Ctrl+F" icon={<SearchRegular />}>Find and replace</MenuItem>
              <MenuItem onClick={() => onDialog('permissions')} icon={<ShareRegular />}>Permissions</MenuItem>
              <MenuItem disabled={level !== 'CAN_MANAGE'} onClick={() => onDialog('rename')}>Rename</MenuItem>
              <MenuDivider />
              <MenuItem icon={<ArrowDownloadRegular />} onClick={() => onExport('SOURCE')}>Export as source</MenuItem>
              <MenuItem icon={<ArrowDownloadRegular />} onClick={() => onExport('JUPYTER')}>Export as Jupyter notebook</MenuItem>
              <MenuItem icon={<ArrowDownloadRegular />} onClick={() => onExport('HTML')}>Export as HTML</MenuItem>
              <MenuDivider />
              <MenuItem secondaryContent="L" onClick={commands.lineNumbers}>{lines ? 'Hide line numbers' : 'Show line numbers'}</MenuItem>
              <MenuItem secondaryContent="?" onClick={() => onDialog('keys')} icon={<KeyboardRegular />}>Keys</MenuItem>
            </MenuList>
          </MenuPopover>
        </Menu>
      </div>
    </div>
  )
}

/** Turns into Cancel while something runs. */
function RunAll() {
  const { commands } = useNotebook()
  const count = useLive('active', (live) => live.state.active.length)
  const noRun = useWhyNot('run')
  return count > 0
    ? <Button icon={<StopRegular />} disabledBecause={noRun} onClick={() => commands.cancel()}>Cancel {count === 1 ? 'run' : `${count} runs`}</Button>
    : <Button icon={<PlayRegular />} appearance="primary" disabledBecause={noRun} onClick={commands.runAll}>Run all</Button>
}
