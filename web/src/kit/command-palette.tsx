import { Dialog, DialogSurface, Input, makeStyles, mergeClasses, Spinner, tokens } from '@fluentui/react-components'
import { SearchRegular } from '@fluentui/react-icons'
import { useEffect, useId, useRef, useState, type KeyboardEvent, type ReactNode } from 'react'
import { useGo } from './link.tsx'

export type Found = { id: string; title: string; subtitle?: string; icon?: ReactNode; group: string; href?: string; run?: () => void; /** Other words that find it. */ also?: string }
/** Gives what matches the words. Pages and actions may ignore them: what they give is filtered here. */
export type Source = { name: string; find: (words: string, signal: AbortSignal) => readonly Found[] | Promise<readonly Found[]>; /** It has searched itself: do not filter again. */ searched?: boolean }

const useStyles = makeStyles({
  surface: { padding: 0, maxWidth: '640px', width: 'calc(100vw - 32px)', marginTop: '10vh', marginBottom: 'auto', overflow: 'hidden' },
  input: { width: '100%', border: 'none', borderBottom: `1px solid ${tokens.colorNeutralStroke2}`, borderRadius: 0, padding: '6px 12px' },
  list: { maxHeight: '56vh', overflowY: 'auto', padding: '8px', margin: 0, display: 'flex', flexDirection: 'column' },
  group: { padding: '8px 10px 4px', fontSize: tokens.fontSizeBase200, color: tokens.colorNeutralForeground3, fontWeight: tokens.fontWeightSemibold },
  option: { display: 'flex', alignItems: 'center', gap: '10px', padding: '8px 10px', borderRadius: tokens.borderRadiusMedium, cursor: 'pointer', minWidth: 0 },
  at: { backgroundColor: tokens.colorNeutralBackground1Selected },
  icon: { fontSize: '20px', lineHeight: 0, color: tokens.colorNeutralForeground3, flexShrink: 0 },
  words: { display: 'flex', flexDirection: 'column', minWidth: 0 },
  soft: { color: tokens.colorNeutralForeground3, fontSize: tokens.fontSizeBase200, overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' },
  none: { padding: '24px', textAlign: 'center', color: tokens.colorNeutralForeground3 },
  keys: { display: 'flex', gap: '16px', padding: '8px 16px', borderTop: `1px solid ${tokens.colorNeutralStroke2}`, color: tokens.colorNeutralForeground3, fontSize: tokens.fontSizeBase200 },
})

const matches = (found: Found, words: readonly string[]) => {
  const text = `${found.title} ${found.subtitle ?? ''} ${found.also ?? ''} ${found.group}`.toLowerCase()
  return words.every((word) => text.includes(word))
}

/** Search over everything, by keyboard. Render it only while it is open. */
export function CommandPalette({ sources, onClose, placeholder = 'Search' }: { sources: readonly Source[]; onClose: () => void; placeholder?: string }) {
  const styles = useStyles()
  const id = useId()
  const go = useGo()
  const [text, setText] = useState('')
  const [at, setAt] = useState(0)
  const [searching, setSearching] = useState(true)
  const [answers, setAnswers] = useState<Readonly<Record<string, readonly Found[]>>>({})
  const list = useRef<HTMLDivElement>(null)
  // Sources are functions of the page that opened us: the first ones are good enough while we are open.
  const kept = useRef(sources)

  useEffect(() => {
    const abort = new AbortController()
    const later = setTimeout(() => {
      setSearching(true)
      const asked = kept.current.map(async ({ name, find }) => {
        const found = await find(text.trim(), abort.signal)
        if (!abort.signal.aborted) setAnswers((old) => ({ ...old, [name]: found }))
      })
      void Promise.allSettled(asked).then(() => !abort.signal.aborted && setSearching(false))
    }, text === '' ? 0 : 80)
    return () => {
      clearTimeout(later)
      abort.abort()
    }
  }, [text])

  const words = text.trim().toLowerCase().split(/\s+/).filter(Boolean)
  const found = kept.current.flatMap(({ name, searched }) => (answers[name] ?? []).filter((each) => searched || matches(each, words)).slice(0, 8))
  const chosen = found[Math.min(at, found.length - 1)]
  const take = (one: Found | undefined) => {
    if (!one) return
    onClose()
    if (one.href !== undefined) go(one.href)
    one.run?.()
  }
  const key = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    if (step !== 0 && found.length > 0) {
      event.preventDefault()
      const next = (Math.min(at, found.length - 1) + step + found.length) % found.length
      setAt(next)
      list.current?.querySelectorAll('[role=option]')[next]?.scrollIntoView({ block: 'nearest' })
    } else if (event.key === 'Enter') {
      event.preventDefault()
      take(chosen)
    }
  }
  return (
    <Dialog open onOpenChange={(_event, data) => !data.open && onClose()}>
      <DialogSurface className={styles.surface} aria-label="Search">
        <Input
          className={styles.input} size="large" autoFocus appearance="outline" value={text} placeholder={placeholder} contentBefore={<SearchRegular />} contentAfter={searching ? <Spinner size="tiny" aria-label="Searching" /> : null}
          onChange={(_event, data) => { setText(data.value); setAt(0) }} onKeyDown={key}
          input={{ role: 'combobox', 'aria-label': placeholder, 'aria-expanded': true, 'aria-controls': `${id}-list`, 'aria-autocomplete': 'list', ...(chosen ? { 'aria-activedescendant': `${id}-${chosen.id}` } : {}) }}
        />
        <div className={styles.list} role="listbox" id={`${id}-list`} aria-label="Results" ref={list}>
          {found.map((one, index) => (
            <div key={`${one.group}-${one.id}`} role="presentation">
              {found[index - 1]?.group !== one.group && <div className={styles.group} aria-hidden>{one.group}</div>}
              <div role="option" id={`${id}-${one.id}`} aria-selected={one === chosen} className={mergeClasses(styles.option, one === chosen && styles.at)} onClick={() => take(one)} onMouseMove={() => setAt(index)}>
                {one.icon !== undefined && <span className={styles.icon} aria-hidden>{one.icon}</span>}
                <span className={styles.words}>
                  <span>{one.title}</span>
                  {one.subtitle !== undefined && <span className={styles.soft}>{one.subtitle}</span>}
                </span>
              </div>
            </div>
          ))}
        </div>
        {found.length === 0 && !searching && <div className={styles.none} role="status">Nothing matches “{text.trim()}”. Try a part of the name.</div>}
        <div className={styles.keys} aria-hidden><span>↑ ↓ choose</span><span>↵ open</span><span>Esc close</span></div>
      </DialogSurface>
    </Dialog>
  )
}
