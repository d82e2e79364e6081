import { makeStyles, tokens } from '@fluentui/react-components'
import { useEffect, useRef } from 'react'

const useStyles = makeStyles({
  text: {
    fontSize: tokens.fontSizeBase300, lineHeight: '22px', overflowWrap: 'anywhere', minWidth: 0,
    '& > :first-child': { marginTop: 0 }, '& > :last-child': { marginBottom: 0 },
    '& h1': { fontSize: '26px', lineHeight: '34px', margin: '16px 0 8px', fontWeight: tokens.fontWeightSemibold },
    '& h2': { fontSize: '20px', lineHeight: '28px', margin: '16px 0 8px', fontWeight: tokens.fontWeightSemibold },
    '& h3': { fontSize: '16px', lineHeight: '24px', margin: '12px 0 6px', fontWeight: tokens.fontWeightSemibold },
    '& p': { margin: '8px 0' }, '& ul, & ol': { margin: '8px 0', paddingLeft: '28px' },
    '& a': { color: tokens.colorBrandForegroundLink },
    '& code': { fontFamily: tokens.fontFamilyMonospace, fontSize: '0.92em', backgroundColor: tokens.colorNeutralBackground3, padding: '1px 4px', borderRadius: '4px' },
    '& pre': { backgroundColor: tokens.colorNeutralBackground3, padding: '10px 12px', borderRadius: tokens.borderRadiusMedium, overflowX: 'auto' }, '& pre code': { padding: 0, backgroundColor: 'transparent' },
    '& blockquote': { margin: '8px 0', padding: '2px 14px', borderLeft: `3px solid ${tokens.colorNeutralStroke1}`, color: tokens.colorNeutralForeground2 },
    '& table': { borderCollapse: 'collapse', display: 'block', overflowX: 'auto', maxWidth: '100%' }, '& th, & td': { border: `1px solid ${tokens.colorNeutralStroke2}`, padding: '4px 10px', textAlign: 'start' },
    '& img': { maxWidth: '100%' }, '& hr': { border: 'none', borderTop: `1px solid ${tokens.colorNeutralStroke2}` },
  },
})

/** Rendered Markdown. The renderer is loaded with the first one. */
export function Markdown({ source }: { source: string }) {
  const styles = useStyles()
  const host = useRef<HTMLDivElement>(null)
  useEffect(() => {
    let gone = false
    void import('./markdown-html.ts').then(({ markdownFragment }) => !gone && host.current?.replaceChildren(markdownFragment(source)))
    return () => {
      gone = true
    }
  }, [source])
  return <div ref={host} className={styles.text} />
}
