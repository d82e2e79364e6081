import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components'
import { useVirtualizer } from '@tanstack/react-virtual'
import { memo, useEffect, useRef, type CSSProperties } from 'react'
import { shownLines, type Line, type Look, type Screen } from './screen.ts'

const pair = (light: string, dark: string) => `light-dark(${light}, ${dark})`
// The sixteen colours, darkened or lightened until they read on our grounds (WCAG 4.5:1).
const sixteen = [
  pair('#1f2328', '#8b949e'), pair('#b3261e', '#ff8a80'), pair('#15692f', '#7ddc93'), pair('#7a5200', '#e8c15a'), pair('#0b5cad', '#82c0ff'), pair('#8a1c7c', '#e1a3f5'), pair('#0a6a73', '#6fd3dc'), pair('#57606a', '#d0d7de'),
  pair('#57606a', '#a8b1ba'), pair('#b3261e', '#ffab9f'), pair('#15692f', '#a3e8b2'), pair('#7a5200', '#f2d58a'), pair('#0b5cad', '#a9d4ff'), pair('#8a1c7c', '#ecc4f9'), pair('#0a6a73', '#9be4ea'), pair('#32383f', '#ffffff'),
]
/** The 256 colour palette of xterm: sixteen, a cube of 6 × 6 × 6, a ramp of greys. */
function colourOf(colour: number | string): string {
  if (typeof colour === 'string') return colour
  if (colour < 16) return sixteen[colour] ?? 'inherit'
  if (colour >= 232) return `rgb(${Array.from({ length: 3 }, () => 8 + (colour - 232) * 10).join(' ')})`
  const level = (n: number) => (n === 0 ? 0 : 55 + n * 40)
  const cube = colour - 16
  return `rgb(${level(Math.floor(cube / 36))} ${level(Math.floor(cube / 6) % 6)} ${level(cube % 6)})`
}
function styleOf({ fg, bg, bold, dim, italic, underline, strike, inverse }: Look): CSSProperties | undefined {
  const [front, back] = inverse ? [bg ?? 'var(--colorNeutralBackground1)', fg ?? 'var(--colorNeutralForeground1)'] : [fg, bg]
  return {
    ...(front === undefined ? {} : { color: colourOf(front) }),
    ...(back === undefined ? {} : { backgroundColor: colourOf(back), ...(typeof bg === 'number' && fg === undefined && !inverse ? { color: pair('#fff', '#000') } : {}) }),
    ...(bold ? { fontWeight: 700 } : {}), ...(dim ? { opacity: 0.75 } : {}), ...(italic ? { fontStyle: 'italic' } : {}),
    ...(underline || strike ? { textDecorationLine: [underline ? 'underline' : '', strike ? 'line-through' : ''].join(' ').trim() } : {}),
  }
}

const useStyles = makeStyles({
  text: { margin: 0, fontFamily: tokens.fontFamilyMonospace, fontSize: '13px', lineHeight: '20px', whiteSpace: 'pre-wrap', overflowWrap: 'anywhere', minHeight: '20px' },
  error: { borderLeft: `3px solid ${tokens.colorPaletteMarigoldBorderActive}`, paddingLeft: '9px' },
  scroll: { maxHeight: '480px', overflow: 'auto', whiteSpace: 'pre', overflowWrap: 'normal', border: `1px solid ${tokens.colorNeutralStroke2}`, borderRadius: tokens.borderRadiusMedium, padding: '4px 8px' },
  all: { position: 'relative', width: '100%' },
  line: { position: 'absolute', left: 0, top: 0, height: '20px', minWidth: '100%' },
})

const Spans = ({ line }: { line: Line }) => line.map(({ text, look }, index) => {
  const style = Object.keys(look).length === 0 ? undefined : styleOf(look)
  return style === undefined ? text : <span key={index} style={style}>{text}</span>
})
const LineView = memo(function LineView({ line }: { line: Line }) {
  return <div>{line.length === 0 ? '\n' : <Spans line={line} />}</div>
})

/** So many lines are drawn as they are; more scroll in a window of their own. */
const plainLines = 300

/** What a cell has printed. `version` says that the screen has changed. */
export const TextOutput = memo(function TextOutput({ screen, name }: { screen: Screen; name: 'stdout' | 'stderr'; version: number }) {
  const styles = useStyles()
  const lines = shownLines(screen)
  if (lines.length > plainLines) return <LongText lines={lines} isError={name === 'stderr'} />
  return <pre className={mergeClasses(styles.text, name === 'stderr' && styles.error)}>{lines.map((line, index) => <LineView key={index} line={line} />)}</pre>
})

/** Lines without colours or cursor movements of their own, e.g. of a traceback. */
export function Lines({ lines }: { lines: readonly Line[] }) {
  const styles = useStyles()
  return <pre className={styles.text}>{lines.map((line, index) => <LineView key={index} line={line} />)}</pre>
}

function LongText({ lines, isError }: { lines: readonly Line[]; isError: boolean }) {
  const styles = useStyles()
  const scroll = useRef<HTMLDivElement>(null)
  const atEnd = useRef(true)
  const rows = useVirtualizer({ count: lines.length, getScrollElement: () => scroll.current, estimateSize: () => 20, overscan: 30 })
  // It follows its end, as a terminal does, until one scrolls up.
  useEffect(() => {
    if (atEnd.current && scroll.current) scroll.current.scrollTop = scroll.current.scrollHeight
  }, [lines.length])
  return (
    <div
      ref={scroll} className={mergeClasses(styles.text, styles.scroll, isError && styles.error)} tabIndex={0} role="group" aria-label={`Output of ${lines.length} lines`}
      onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => { atEnd.current = scrollHeight - scrollTop - clientHeight < 24 }}
    >
      <div className={styles.all} style={{ height: rows.getTotalSize() }}>
        {rows.getVirtualItems().map(({ index, start }) => <div key={index} className={styles.line} style={{ transform: `translateY(${start}px)` }}><Spans line={lines[index] ?? []} /></div>)}
      </div>
    </div>
  )
}
