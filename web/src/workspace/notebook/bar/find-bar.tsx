import { Input, makeStyles, ToggleButton, tokens } from '@fluentui/react-components'
import { ArrowDownRegular, ArrowUpRegular, DismissRegular } from '@fluentui/react-icons'
import { useEffect, useMemo, useState, type KeyboardEvent } from 'react'
import { Button, IconButton } from '#web/kit/button.tsx'
import { typed } from '../document/cells.ts'
import { expressionOf, findAll, replacementOf, type Match } from '../document/find.ts'
import { useNotebook, useWhyNot } from '../notebook-context.ts'

const useStyles = makeStyles({
  bar: { display: 'flex', flexWrap: 'wrap', gap: '6px 8px', alignItems: 'center', padding: '8px 12px', backgroundColor: tokens.colorNeutralBackground1, border: `1px solid ${tokens.colorNeutralStroke2}`, borderRadius: tokens.borderRadiusLarge, boxShadow: tokens.shadow4 },
  input: { flex: '1 1 180px', maxWidth: '280px', minWidth: '120px' },
  count: { fontSize: tokens.fontSizeBase200, color: tokens.colorNeutralForeground3, minWidth: '80px' },
  close: { marginLeft: 'auto' },
})

/** Finds and replaces in all cells. */
export function FindBar({ onClose }: { onClose: () => void }) {
  const styles = useStyles()
  const { live, view } = useNotebook()
  const [query, setQuery] = useState({ text: '', caseSensitive: false, regex: false })
  const [replacement, setReplacement] = useState('')
  const [at, setAt] = useState(-1)
  const [changes, setChanges] = useState(0)
  const noEdit = useWhyNot('edit')

  useEffect(() => {
    const changed = () => setChanges((n) => n + 1)
    live.doc.on('update', changed)
    return () => {
      live.doc.off('update', changed)
      view.setFind(null)
    }
  }, [live, view])
  useEffect(() => view.setFind({ ...query }), [query, view, changes])
  // oxlint-disable-next-line react-hooks/exhaustive-deps -- `changes` stands for the document
  const matches = useMemo(() => findAll((live.cells() ?? []).map((cell) => ({ id: cell.id, source: cell.text.toJSON() })), query), [live, query, changes])

  const show = (index: number) => {
    const match = matches[index]
    if (match === undefined) return
    setAt(index)
    view.showSource(match.cell, true)
    view.select(match.cell, 'edit', false)
    document.querySelector(`[data-cell="${CSS.escape(match.cell)}"]`)?.scrollIntoView({ block: 'center' })
    view.reveal(match.cell, match.from, match.to)
  }
  const step = (by: number) => matches.length > 0 && show((at + by + matches.length) % matches.length)
  const replace = (which: readonly Match[]) => {
    live.doc.transact(() => {
      // From the end, so that earlier places stay right.
      for (const match of which.toReversed()) {
        const text = live.cells()?.find(({ id }) => id === match.cell)?.text
        if (text === undefined) continue
        const made = replacementOf(text.toJSON(), match, query, replacement)
        text.delete(match.from, match.to - match.from)
        if (made !== '') text.insert(match.from, made)
      }
    }, typed)
  }
  const key = (event: KeyboardEvent) => {
    if (event.key === 'Escape') onClose()
    else if (event.key === 'Enter') {
      event.preventDefault()
      step(event.shiftKey ? -1 : 1)
    } else return
    event.stopPropagation()
  }
  const wrong = query.text !== '' && expressionOf(query) === null
  return (
    <div className={styles.bar} role="search" aria-label="Find in the notebook" onKeyDown={key}>
      <Input className={styles.input} autoFocus size="small" aria-label="Find" placeholder="Find" value={query.text} onChange={(_event, { value }) => { setQuery({ ...query, text: value }); setAt(-1) }} />
      <ToggleButton size="small" appearance="subtle" aria-label="Match case" title="Match case" checked={query.caseSensitive} onClick={() => setQuery({ ...query, caseSensitive: !query.caseSensitive })}>Aa</ToggleButton>
      <ToggleButton size="small" appearance="subtle" aria-label="Regular expression" title="Regular expression" checked={query.regex} onClick={() => setQuery({ ...query, regex: !query.regex })}>.*</ToggleButton>
      <span className={styles.count} role="status">{wrong ? 'Not an expression' : query.text === '' ? '' : matches.length === 0 ? 'Nothing found' : `${at + 1 || '–'} of ${matches.length}`}</span>
      <IconButton size="small" label="Previous match" icon={<ArrowUpRegular />} onClick={() => step(-1)} />
      <IconButton size="small" label="Next match" icon={<ArrowDownRegular />} onClick={() => step(1)} />
      <Input className={styles.input} size="small" aria-label="Replace with" placeholder="Replace with" value={replacement} onChange={(_event, { value }) => setReplacement(value)} />
      <Button size="small" disabledBecause={noEdit ?? (matches.length === 0 ? 'Nothing is found' : undefined)} onClick={() => { const one = matches[Math.max(0, at)]; if (one) { replace([one]); setAt(Math.max(0, at) - 1) } }}>Replace</Button>
      <Button size="small" disabledBecause={noEdit ?? (matches.length === 0 ? 'Nothing is found' : undefined)} onClick={() => replace(matches)}>Replace all</Button>
      <IconButton size="small" className={styles.close} label="Close" icon={<DismissRegular />} onClick={onClose} />
    </div>
  )
}
