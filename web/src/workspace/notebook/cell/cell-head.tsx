import { Input, makeStyles, Menu, MenuDivider, MenuItem, MenuItemRadio, MenuList, MenuPopover, MenuTrigger, tokens } from '@fluentui/react-components'
import { ArrowDownRegular, ArrowUpRegular, DeleteRegular, MoreHorizontalRegular } from '@fluentui/react-icons'
import { memo, useState } from 'react'
import { Button, IconButton } from '#web/kit/button.tsx'
import { titleOf, type Cell } from '../document/cells.ts'
import { languageTitles, type CellLanguage } from '../document/magic.ts'
import { useLive, useNotebook, useWhyNot } from '../notebook-context.ts'

const useStyles = makeStyles({
  head: { display: 'flex', alignItems: 'center', gap: '2px', minHeight: '32px', padding: '2px 4px 2px 12px', minWidth: 0 },
  title: { flex: 1, minWidth: 0, fontWeight: tokens.fontWeightSemibold, fontSize: tokens.fontSizeBase300, margin: 0, overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' },
  input: { flex: 1, minWidth: 0, marginRight: 'auto' },
  language: { fontWeight: tokens.fontWeightRegular, color: tokens.colorNeutralForeground2, minWidth: 'auto' },
  wide: { '@media (max-width: 640px)': { display: 'none' } },
})
const languages = Object.keys(languageTitles).filter((key): key is CellLanguage => key in languageTitles)

/** Title, language and what can be done with a cell. */
export const CellHead = memo(function CellHead({ cell, index, language, count, titling, onTitled, near }: { cell: Cell; index: number; language: CellLanguage; count: number; titling: boolean; onTitled: (on: boolean) => void; near: boolean }) {
  const styles = useStyles()
  const { commands, view } = useNotebook()
  const title = useLive(`map:${cell.id}`, () => titleOf(cell))
  const noEdit = useWhyNot('edit')
  const noRun = useWhyNot('run')
  const { id } = cell
  // Out of sight a cell needs no menus: a notebook of hundreds opens at once.
  if (!near) return <div className={styles.head}>{title !== '' && <h2 className={styles.title}>{title}</h2>}</div>
  return (
    <div className={styles.head}>
      {titling ? <TitleInput title={title} onDone={(next) => { onTitled(false); if (next !== undefined) commands.setTitle(id, next) }} className={styles.input} /> : title === '' ? <span className={styles.title} /> : <h2 className={styles.title} title={title} onDoubleClick={() => noEdit === undefined && onTitled(true)}>{title}</h2>}
      <Menu checkedValues={{ language: [language] }} onCheckedValueChange={(_event, { checkedItems: [next] }) => languages.forEach((each) => each === next && commands.setLanguage(id, each))}>
        <MenuTrigger disableButtonEnhancement>
          <Button size="small" appearance="subtle" className={styles.language} aria-label={`Language of cell ${index + 1}: ${languageTitles[language]}`} disabledBecause={noEdit}>{languageTitles[language].replace(/ \(.*/, '')}</Button>
        </MenuTrigger>
        <MenuPopover><MenuList>{languages.map((each) => <MenuItemRadio key={each} name="language" value={each}>{languageTitles[each]}</MenuItemRadio>)}</MenuList></MenuPopover>
      </Menu>
      <span className={styles.wide}>
        <IconButton size="small" label="Move up" icon={<ArrowUpRegular />} disabledBecause={noEdit ?? (index === 0 ? 'It is the first cell' : undefined)} onClick={() => commands.moveUp(id)} />
        <IconButton size="small" label="Move down" icon={<ArrowDownRegular />} disabledBecause={noEdit ?? (index === count - 1 ? 'It is the last cell' : undefined)} onClick={() => commands.moveDown(id)} />
        <IconButton size="small" label="Delete" icon={<DeleteRegular />} disabledBecause={noEdit} onClick={() => commands.remove(id)} />
      </span>
      <Menu>
        <MenuTrigger disableButtonEnhancement>
          <IconButton size="small" label={`More for cell ${index + 1}`} icon={<MoreHorizontalRegular />} />
        </MenuTrigger>
        <MenuPopover>
          <MenuList>
            <MenuItem disabled={noRun !== undefined} secondaryContent="Ctrl+Enter" onClick={() => commands.runStay(id)}>Run</MenuItem>
            <MenuItem disabled={noRun !== undefined} onClick={() => commands.runAbove(id)}>Run all above</MenuItem>
            <MenuItem disabled={noRun !== undefined} onClick={() => commands.runBelow(id)}>Run this and all below</MenuItem>
            <MenuDivider />
            <MenuItem disabled={noEdit !== undefined} secondaryContent="A" onClick={() => commands.insertAbove(id)}>Add a cell above</MenuItem>
            <MenuItem disabled={noEdit !== undefined} secondaryContent="B" onClick={() => commands.insertBelow(id)}>Add a cell below</MenuItem>
            <MenuItem disabled={noEdit !== undefined} onClick={() => onTitled(true)}>{title === '' ? 'Add a title' : 'Change the title'}</MenuItem>
            <MenuDivider />
            <MenuItem secondaryContent="C" onClick={() => commands.copy(id)}>Copy the cell</MenuItem>
            <MenuItem disabled={noEdit !== undefined} secondaryContent="X" onClick={() => commands.cut(id)}>Cut the cell</MenuItem>
            <MenuItem disabled={noEdit !== undefined || view.clipboard.length === 0} secondaryContent="V" onClick={() => commands.paste(id)}>Paste below</MenuItem>
            <MenuItem disabled={noEdit !== undefined || index === count - 1} secondaryContent="Shift+M" onClick={() => commands.merge(id)}>Merge with the cell below</MenuItem>
            <MenuItem disabled={noEdit !== undefined || index === 0} onClick={() => commands.moveUp(id)}>Move up</MenuItem>
            <MenuItem disabled={noEdit !== undefined || index === count - 1} onClick={() => commands.moveDown(id)}>Move down</MenuItem>
            <MenuDivider />
            <MenuItem secondaryContent="O" onClick={() => commands.foldOutput(id)}>Fold or show the output</MenuItem>
            <MenuItem disabled={noRun !== undefined} onClick={() => commands.clear(id)}>Clear the output</MenuItem>
            <MenuItem disabled={noEdit !== undefined} secondaryContent="D D" onClick={() => commands.remove(id)}>Delete the cell</MenuItem>
          </MenuList>
        </MenuPopover>
      </Menu>
    </div>
  )
})

function TitleInput({ title, onDone, className }: { title: string; onDone: (title?: string) => void; className: string }) {
  const [text, setText] = useState(title)
  return (
    <Input
      autoFocus size="small" className={className} aria-label="Title of the cell" placeholder="Title" value={text} maxLength={200} onChange={(_event, { value }) => setText(value)} onBlur={() => onDone(text)}
      onKeyDown={(event) => {
        event.stopPropagation()
        if (event.key === 'Enter') onDone(text)
        if (event.key === 'Escape') onDone()
      }}
    />
  )
}
