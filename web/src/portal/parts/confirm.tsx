import { Button, Dialog, DialogActions, DialogBody, DialogContent, DialogSurface, DialogTitle, Field, Input, Spinner } from '@fluentui/react-components'
import { useState, type ReactNode } from 'react'
import { Failed } from './states.tsx'

/**
 * Asks before something goes for good. `typed` must be written by hand; what goes and what stays is said first.
 * The dialog stays open while the request is made, so that a refusal is read where it was caused.
 */
export function Confirm({ title, verb, typed, children, act, close }: { title: string; verb: string; typed?: string; children: ReactNode; act: () => Promise<void>; close: () => void }) {
  const [text, setText] = useState('')
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>()
  const ready = typed === undefined || text.trim() === typed
  const go = () => {
    setBusy(true)
    setError(undefined)
    act().then(close, (failure: unknown) => { setError(failure); setBusy(false) })
  }
  return (
    <Dialog open modalType="alert" onOpenChange={(_, { open }) => { if (!open && !busy) close() }}>
      <DialogSurface>
        <form onSubmit={(event) => { event.preventDefault(); if (ready && !busy) go() }}>
          <DialogBody>
            <DialogTitle>{title}</DialogTitle>
            <DialogContent style={{ display: 'flex', flexDirection: 'column', gap: 12 }}>
              {children}
              {typed !== undefined && (
                <Field label={<>Type <strong>{typed}</strong> to confirm</>}>
                  <Input value={text} onChange={(_, { value }) => setText(value)} autoComplete="off" spellCheck={false} autoFocus aria-label={`Type ${typed} to confirm`} />
                </Field>
              )}
              {error !== undefined && <Failed error={error} />}
            </DialogContent>
            <DialogActions>
              <Button onClick={close} disabled={busy}>Cancel</Button>
              <Button appearance="primary" type="submit" disabled={!ready || busy} icon={busy ? <Spinner size="tiny" /> : null}>{verb}</Button>
            </DialogActions>
          </DialogBody>
        </form>
      </DialogSurface>
    </Dialog>
  )
}

/** Two lists side by side: what is gone afterwards, and what is still there. */
export function GoesAndStays({ goes, stays }: { goes: readonly ReactNode[]; stays: readonly ReactNode[] }) {
  const list = (items: readonly ReactNode[]) => <ul style={{ margin: '4px 0 0', paddingInlineStart: 20 }}>{items.map((item, index) => <li key={index}>{item}</li>)}</ul>
  return <><div><strong>What will be gone</strong>{list(goes)}</div><div><strong>What stays</strong>{list(stays)}</div></>
}
