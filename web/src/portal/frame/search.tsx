import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components'
import { Search20Regular } from '@fluentui/react-icons'
import { useQuery } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { useEffect, useId, useMemo, useRef, useState, type KeyboardEvent } from 'react'
import { users } from '../arm/graph.ts'
import { kindOf, type IconName } from '../arm/kinds.ts'
import { partsOf } from '../arm/ids.ts'
import { groups, resources, useMe } from '../arm/queries.ts'
import type { Me } from '../arm/types.ts'
import { Icon } from '../parts/icon.tsx'
import { places } from './places.ts'

type Hit = { title: string; more: string; to: string; icon: IconName; words: string }
const useStyles = makeStyles({
  box: { position: 'relative', width: '100%', maxWidth: '560px' },
  field: { display: 'flex', alignItems: 'center', gap: tokens.spacingHorizontalS, height: '32px', borderRadius: tokens.borderRadiusMedium, backgroundColor: tokens.colorNeutralBackground1, color: tokens.colorNeutralForeground1, paddingInline: tokens.spacingHorizontalS, ':focus-within': { outline: `2px solid ${tokens.colorStrokeFocus2}` } },
  input: { border: 0, outline: 'none', background: 'none', color: 'inherit', font: 'inherit', flex: '1 1 auto', minWidth: 0, '::placeholder': { color: tokens.colorNeutralForeground3, opacity: 1 } },
  key: { border: `1px solid ${tokens.colorNeutralStroke1}`, borderRadius: tokens.borderRadiusSmall, paddingInline: '5px', fontSize: tokens.fontSizeBase200, color: tokens.colorNeutralForeground2, '@media (max-width: 720px)': { display: 'none' } },
  list: { position: 'absolute', top: '36px', left: 0, right: 0, zIndex: 20, listStyleType: 'none', margin: 0, padding: tokens.spacingVerticalXS, maxHeight: '70vh', overflowY: 'auto', backgroundColor: tokens.colorNeutralBackground1, color: tokens.colorNeutralForeground1, boxShadow: tokens.shadow16, borderRadius: tokens.borderRadiusMedium, '@media (max-width: 720px)': { position: 'fixed', top: '46px', left: '8px', right: '8px' } },
  hit: { display: 'flex', alignItems: 'center', gap: tokens.spacingHorizontalM, padding: `6px ${tokens.spacingHorizontalS}`, borderRadius: tokens.borderRadiusMedium, cursor: 'pointer', overflowWrap: 'anywhere' },
  on: { backgroundColor: tokens.colorNeutralBackground1Selected },
  more: { color: tokens.colorNeutralForeground2, fontSize: tokens.fontSizeBase200, display: 'block' },
})

/** Everything that can be gone to, by what it is called. */
function useHits(who: Me | undefined, on: boolean): readonly Hit[] {
  const enabled = on && who !== undefined
  const asked = who ?? nobody
  const all = useQuery({ ...resources(asked), enabled }).data
  const sets = useQuery({ ...groups(asked), enabled }).data
  const people = useQuery({ ...users, enabled }).data
  return useMemo(() => [
    ...places.flatMap((part) => part.places.map((place) => ({ title: place.title, more: part.title === 'Directory' ? 'Directory' : 'Page', to: place.to, icon: place.icon, words: place.words ?? '' }))),
    ...(sets ?? []).map((each) => ({ title: each.name, more: 'Resource group', to: `/resource${each.id}`, icon: 'group' as const, words: '' })),
    ...(all ?? []).map((each) => ({ title: each.name, more: `${kindOf(each.type).label} in ${partsOf(each.id).group}`, to: `/resource${each.id}`, icon: kindOf(each.type).icon, words: '' })),
    ...(people ?? []).map((each) => ({ title: each.displayName, more: each.userPrincipalName, to: `/directory/users/${each.id}`, icon: 'user' as const, words: '' })),
  ], [all, sets, people])
}
const nobody: Me = { user: { oid: '', upn: '', name: '' }, tenant: { id: '', name: '', domain: '' }, subscription: { id: '', name: '' }, networkRules: '', links: { resourceManager: '', directory: '', storage: '', account: '' } }

/** Search over pages, resources and people: `/` or Ctrl+K from anywhere, arrows and Enter. */
export function Search() {
  const s = useStyles()
  const id = useId()
  const router = useRouter()
  const input = useRef<HTMLInputElement>(null)
  const [open, setOpen] = useState(false)
  const [text, setText] = useState('')
  const [at, setAt] = useState(0)
  const hits = useHits(useMe(), open)
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  const found = hits.filter((hit) => words.every((word) => `${hit.title} ${hit.more} ${hit.words}`.toLowerCase().includes(word))).slice(0, 12)

  useEffect(() => {
    const onKey = (event: globalThis.KeyboardEvent) => {
      const typing = event.target instanceof HTMLElement && event.target.closest('input, textarea, select, [contenteditable=true], [role=dialog]')
      if (!((event.key === 'k' && (event.ctrlKey || event.metaKey)) || (event.key === '/' && !typing))) return
      event.preventDefault()
      input.current?.focus()
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [])

  const go = (hit: Hit | undefined) => {
    if (!hit) return
    setOpen(false)
    setText('')
    input.current?.blur()
    void router.navigate({ href: hit.to })
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const moves: Record<string, () => void> = {
      ArrowDown: () => setAt((at + 1) % Math.max(1, found.length)), ArrowUp: () => setAt((at - 1 + found.length) % Math.max(1, found.length)), Enter: () => go(found[at]), Escape: () => { setOpen(false); input.current?.blur() },
    }
    const move = moves[event.key]
    if (!move) return
    event.preventDefault()
    move()
  }
  return (
    <div className={s.box} role="search">
      <div className={s.field}>
        <Search20Regular aria-hidden="true" />
        <input ref={input} className={s.input} type="text" role="combobox" aria-label="Search resources, pages and people" aria-expanded={open} aria-controls={`${id}-list`} aria-autocomplete="list" aria-activedescendant={open && found[at] ? `${id}-${at}` : undefined} autoComplete="off" spellCheck={false}
          placeholder="Search resources, pages and people" value={text} onChange={(event) => { setText(event.target.value); setAt(0); setOpen(true) }} onFocus={() => setOpen(true)} onBlur={() => setTimeout(() => setOpen(false), 150)} onKeyDown={onKeyDown} />
        <kbd className={s.key}>/</kbd>
      </div>
      <ul id={`${id}-list`} role="listbox" aria-label="Found" className={s.list} hidden={!open}>
        {open && found.map((hit, index) => (
          <li key={hit.to + hit.title} id={`${id}-${index}`} role="option" aria-selected={index === at} className={mergeClasses(s.hit, index === at && s.on)} onMouseDown={(event) => { event.preventDefault(); go(hit) }} onMouseEnter={() => setAt(index)}>
            <Icon name={hit.icon} /><span>{hit.title}<span className={s.more}>{hit.more}</span></span>
          </li>
        ))}
        {open && found.length === 0 && <li role="option" aria-selected="false" aria-disabled="true" className={s.hit}>Nothing is called “{text}”.</li>}
      </ul>
    </div>
  )
}
