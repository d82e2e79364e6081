import { makeStyles, tokens } from '@fluentui/react-components'
import { useEffect, useRef, useState } from 'react'
import { useTheme } from '#web/kit/theme.ts'

const useStyles = makeStyles({
  frame: { display: 'block', width: '100%', border: 'none', borderRadius: tokens.borderRadiusMedium, backgroundColor: 'transparent', colorScheme: 'inherit' },
})
const tallest = 640

/**
 * HTML that a cell made runs in a page of its own that has no origin, no network and no way to us (`/output-frame`, its policy
 * is in src/workspace/output-frame/). We tell it what to show; it tells us how high it is, and nothing else is listened to.
 */
export function HtmlFrame({ html, label }: { html: string; label: string }) {
  const styles = useStyles()
  const frame = useRef<HTMLIFrameElement>(null)
  const [height, setHeight] = useState(24)
  const { dark } = useTheme()
  useEffect(() => {
    const said = ({ source, data }: MessageEvent<unknown>) => {
      if (source === null || source !== frame.current?.contentWindow || typeof data !== 'object' || data === null) return
      const { type, height: wanted }: { type?: unknown; height?: unknown } = data
      if (type === 'ready') frame.current.contentWindow?.postMessage({ type: 'show', html, dark }, '*')
      else if (type === 'height' && typeof wanted === 'number' && Number.isFinite(wanted)) setHeight(Math.min(tallest, Math.max(8, Math.ceil(wanted))))
    }
    addEventListener('message', said)
    return () => removeEventListener('message', said)
  }, [html, dark])
  // Another text is another page: what the first one left running must not see it.
  return <iframe ref={frame} key={`${html.length}-${dark}-${hashOf(html)}`} className={styles.frame} style={{ height }} title={label} src="/output-frame" sandbox="allow-scripts" referrerPolicy="no-referrer" loading="eager" />
}

function hashOf(text: string): number {
  let hash = 0
  for (let at = 0; at < text.length; at++) hash = (Math.imul(hash, 31) + text.charCodeAt(at)) | 0
  return hash
}
