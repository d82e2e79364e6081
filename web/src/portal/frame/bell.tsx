import { Button, CounterBadge, Drawer, DrawerBody, DrawerHeader, DrawerHeaderTitle, makeStyles, Spinner, Text, tokens, Tooltip } from '@fluentui/react-components'
import { Alert24Regular, CheckmarkCircle20Filled, Dismiss16Regular, Dismiss24Regular, ErrorCircle20Filled } from '@fluentui/react-icons'
import { useState } from 'react'
import { Go } from '../parts/links.tsx'
import { ago } from '../parts/words.ts'
import { dismiss, dismissEnded, useNotices, type Notice } from './notices.ts'

const useStyles = makeStyles({
  place: { position: 'relative', display: 'inline-flex' },
  badge: { position: 'absolute', top: '2px', insetInlineEnd: '2px', pointerEvents: 'none' },
  notice: { display: 'grid', gridTemplateColumns: '24px minmax(0, 1fr) auto', gap: tokens.spacingHorizontalS, paddingBlock: tokens.spacingVerticalM, borderBottom: `1px solid ${tokens.colorNeutralStroke2}` },
  body: { display: 'flex', flexDirection: 'column', gap: '2px', overflowWrap: 'anywhere' },
  soft: { color: tokens.colorNeutralForeground2 },
  good: { color: tokens.colorPaletteGreenForeground3 },
  bad: { color: tokens.colorPaletteRedForeground3 },
})

/** What runs and what ended. */
export function Bell({ className }: { className?: string }) {
  const s = useStyles()
  const notices = useNotices()
  const [open, setOpen] = useState(false)
  const running = notices.filter((each) => each.state === 'running').length
  const name = running > 0 ? `Notifications, ${running} running` : 'Notifications'
  return (
    <>
      <span className={s.place}>
        <Tooltip content={name} relationship="label"><Button appearance="transparent" className={className} icon={<Alert24Regular />} onClick={() => setOpen(true)} /></Tooltip>
        {notices.length > 0 && <CounterBadge className={s.badge} count={running || notices.length} size="small" color={running > 0 ? 'informative' : notices.some((each) => each.state === 'failed') ? 'danger' : 'brand'} aria-hidden="true" />}
      </span>
      <Drawer open={open} onOpenChange={(_, data) => setOpen(data.open)} position="end" size="small">
        <DrawerHeader><DrawerHeaderTitle action={<Button appearance="subtle" aria-label="Close notifications" icon={<Dismiss24Regular />} onClick={() => setOpen(false)} />}>Notifications</DrawerHeaderTitle></DrawerHeader>
        <DrawerBody>
          {notices.length === 0 && <Text>Nothing has happened yet. What takes longer than a click appears here.</Text>}
          {notices.some((each) => each.state !== 'running') && <Button size="small" appearance="transparent" onClick={dismissEnded}>Dismiss all that ended</Button>}
          {notices.map((notice) => <Item key={notice.id} notice={notice} onGo={() => setOpen(false)} />)}
        </DrawerBody>
      </Drawer>
    </>
  )
}

function Item({ notice, onGo }: { notice: Notice; onGo: () => void }) {
  const s = useStyles()
  return (
    <div className={s.notice}>
      {notice.state === 'running' ? <Spinner size="extra-tiny" aria-label="Running" /> : notice.state === 'failed' ? <ErrorCircle20Filled className={s.bad} aria-label="Failed" /> : <CheckmarkCircle20Filled className={s.good} aria-label="Succeeded" />}
      <div className={s.body}>
        <Text weight="semibold">{notice.title}</Text>
        {notice.message && <Text size={200}>{notice.message}</Text>}
        {notice.requestId && <Text size={200} font="monospace">Request id {notice.requestId}</Text>}
        <Text size={200} className={s.soft}>{ago(notice.at)}{notice.link && <> · <Go to={notice.link} onClick={onGo}>Open</Go></>}</Text>
      </div>
      <Button size="small" appearance="subtle" aria-label={`Dismiss ${notice.title}`} icon={<Dismiss16Regular />} onClick={() => dismiss(notice.id)} />
    </div>
  )
}
