import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands'
import { markdown } from '@codemirror/lang-markdown'
import { python } from '@codemirror/lang-python'
import { sql } from '@codemirror/lang-sql'
import { bracketMatching, defaultHighlightStyle, HighlightStyle, indentOnInput, StreamLanguage, syntaxHighlighting } from '@codemirror/language'
import { json } from '@codemirror/legacy-modes/mode/javascript'
import { shell } from '@codemirror/legacy-modes/mode/shell'
import { yaml } from '@codemirror/legacy-modes/mode/yaml'
import { highlightSelectionMatches, search, searchKeymap } from '@codemirror/search'
import { EditorState, type Extension } from '@codemirror/state'
import { drawSelection, EditorView, highlightActiveLine, highlightActiveLineGutter, keymap, lineNumbers } from '@codemirror/view'
import { makeStyles, tokens } from '@fluentui/react-components'
import { tags } from '@lezer/highlight'
import { useEffect, useRef } from 'react'
import { cspNonce } from '#web/kit/root.tsx'
import { useTheme } from '#web/kit/theme.ts'

const useStyles = makeStyles({ place: { border: `1px solid ${tokens.colorNeutralStroke2}`, borderRadius: tokens.borderRadiusMedium, overflow: 'hidden', '& .cm-editor': { height: '64vh', minHeight: '320px', fontSize: '13px' }, '& .cm-scroller': { fontFamily: tokens.fontFamilyMonospace } } })
const languages: Record<string, () => Extension> = {
  py: python, sql, md: markdown, json: () => StreamLanguage.define(json), ipynb: () => StreamLanguage.define(json), sh: () => StreamLanguage.define(shell), yml: () => StreamLanguage.define(yaml), yaml: () => StreamLanguage.define(yaml),
}
const night = HighlightStyle.define([
  { tag: [tags.keyword, tags.modifier], color: '#c792ea' }, { tag: [tags.string, tags.special(tags.string)], color: '#c3e88d' }, { tag: [tags.number, tags.bool, tags.null], color: '#f78c6c' },
  { tag: tags.comment, color: '#8b9bb4', fontStyle: 'italic' }, { tag: [tags.function(tags.variableName), tags.propertyName], color: '#82aaff' }, { tag: [tags.typeName, tags.className], color: '#ffcb6b' }, { tag: tags.heading, color: '#82aaff', fontWeight: 'bold' },
])
const look = (dark: boolean) =>
  EditorView.theme({
    '&': { backgroundColor: 'var(--colorNeutralBackground1)', color: 'var(--colorNeutralForeground1)' },
    '.cm-gutters': { backgroundColor: 'var(--colorNeutralBackground2)', color: 'var(--colorNeutralForeground3)', border: 'none' },
    '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: 'var(--colorSubtleBackgroundHover)' },
    '.cm-cursor': { borderLeftColor: 'var(--colorNeutralForeground1)' },
    '&.cm-focused': { outline: 'none' },
  }, { dark })

/** A text to change. It keeps what is typed; `start` counts once. */
export function TextEditor({ name, start, readOnly, onChange, onSave }: { name: string; start: string; readOnly: boolean; onChange: (text: string) => void; onSave: () => void }) {
  const styles = useStyles()
  const { dark } = useTheme()
  const place = useRef<HTMLDivElement>(null)
  const text = useRef(start)
  const told = useRef({ onChange, onSave })
  told.current = { onChange, onSave }
  useEffect(() => {
    if (!place.current) return
    const language = languages[name.toLowerCase().split('.').at(-1) ?? '']?.()
    const view = new EditorView({
      parent: place.current,
      state: EditorState.create({
        doc: text.current,
        extensions: [
          EditorView.cspNonce.of(cspNonce), lineNumbers(), history(), drawSelection(), indentOnInput(), bracketMatching(), highlightActiveLine(), highlightActiveLineGutter(), highlightSelectionMatches(), search({ top: true }), EditorView.lineWrapping,
          syntaxHighlighting(dark ? night : defaultHighlightStyle), look(dark), ...(language ? [language] : []), EditorState.readOnly.of(readOnly), EditorView.contentAttributes.of({ 'aria-label': `Content of ${name}` }),
          keymap.of([{ key: 'Mod-s', preventDefault: true, run: () => { told.current.onSave(); return true } }, ...defaultKeymap, ...searchKeymap, ...historyKeymap, indentWithTab]),
          EditorView.updateListener.of((update) => {
            if (!update.docChanged) return
            text.current = update.state.doc.toString()
            told.current.onChange(text.current)
          }),
        ],
      }),
    })
    return () => view.destroy()
  }, [name, dark, readOnly])
  return <div ref={place} className={styles.place} />
}
