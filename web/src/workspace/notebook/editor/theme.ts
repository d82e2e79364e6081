import { HighlightStyle, syntaxHighlighting } from '@codemirror/language'
import type { Extension } from '@codemirror/state'
import { EditorView } from '@codemirror/view'
import { tags } from '@lezer/highlight'
import { tokens } from '@fluentui/react-components'

// `light-dark()` follows the color-scheme that the theme sets on the page (CSS Color 5 §6): one style for both.
const pair = (light: string, dark: string) => `light-dark(${light}, ${dark})`

const look = EditorView.theme({
  '&': { backgroundColor: 'transparent', color: tokens.colorNeutralForeground1, fontSize: '13px' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { fontFamily: tokens.fontFamilyMonospace, lineHeight: '20px', overflowX: 'auto' },
  '.cm-content': { padding: '8px 0', caretColor: tokens.colorNeutralForeground1 },
  '.cm-line': { padding: '0 12px' },
  '.cm-cursor': { borderLeftColor: tokens.colorNeutralForeground1 },
  '.cm-gutters': { backgroundColor: 'transparent', color: tokens.colorNeutralForeground3, border: 'none' },
  '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: 'transparent' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': { backgroundColor: pair('#f0cfc8', '#5b3129') },
  '.cm-matchingBracket': { backgroundColor: pair('#d6e9d6', '#2f4b34'), outline: 'none' },
  '.cm-found': { backgroundColor: pair('#ffe9a8', '#5d4c10'), borderRadius: '2px' },
  '.cm-tooltip': { backgroundColor: tokens.colorNeutralBackground1, color: tokens.colorNeutralForeground1, border: `1px solid ${tokens.colorNeutralStroke1}`, borderRadius: '6px', boxShadow: tokens.shadow8 },
  '.cm-tooltip-autocomplete > ul': { fontFamily: tokens.fontFamilyMonospace, fontSize: '12px', maxHeight: '16em' },
  '.cm-tooltip-autocomplete > ul > li': { padding: '2px 8px', lineHeight: '20px' },
  '.cm-tooltip-autocomplete > ul > li[aria-selected]': { backgroundColor: tokens.colorBrandBackground, color: tokens.colorNeutralForegroundOnBrand },
  '.cm-completionDetail': { fontStyle: 'normal', opacity: '0.7', marginLeft: '12px' },
  '.cm-inspection': { maxWidth: 'min(640px, 90vw)', maxHeight: '320px', overflow: 'auto', padding: '8px 12px', whiteSpace: 'pre-wrap', fontFamily: tokens.fontFamilyMonospace, fontSize: '12px', lineHeight: '18px' },
  '.cm-placeholder': { color: tokens.colorNeutralForeground4 },
  '.cm-remote-caret': { position: 'relative', borderLeft: '2px solid', marginLeft: '-1px', marginRight: '-1px' },
  '.cm-remote-name': { position: 'absolute', bottom: '100%', left: '-2px', padding: '0 4px', borderRadius: '3px 3px 3px 0', fontFamily: tokens.fontFamilyBase, fontSize: '11px', lineHeight: '15px', whiteSpace: 'nowrap', color: '#fff', pointerEvents: 'none', zIndex: '3' },
})

const highlight = HighlightStyle.define([
  { tag: [tags.keyword, tags.modifier, tags.operatorKeyword, tags.controlKeyword], color: pair('#8a1c7c', '#d59cf2') },
  { tag: [tags.string, tags.special(tags.string), tags.regexp], color: pair('#15692f', '#8fd19e') },
  { tag: [tags.number, tags.bool, tags.null, tags.atom], color: pair('#0b5cad', '#82c0ff') },
  { tag: [tags.comment, tags.lineComment, tags.blockComment, tags.docString], color: pair('#5f6b6d', '#9aa7a9'), fontStyle: 'italic' },
  { tag: [tags.function(tags.variableName), tags.function(tags.propertyName)], color: pair('#7a4b00', '#eac67a') },
  { tag: [tags.definition(tags.variableName), tags.className, tags.typeName], color: pair('#0a6a73', '#6fd3dc') },
  { tag: [tags.meta, tags.annotation, tags.processingInstruction], color: pair('#9a3412', '#ff9d76') },
  { tag: tags.heading, fontWeight: '600', color: pair('#8a1c7c', '#d59cf2') },
  { tag: tags.link, textDecoration: 'underline', color: pair('#0b5cad', '#82c0ff') },
  { tag: tags.emphasis, fontStyle: 'italic' },
  { tag: tags.strong, fontWeight: '700' },
])
export const editorLooks: Extension = [look, syntaxHighlighting(highlight)]
