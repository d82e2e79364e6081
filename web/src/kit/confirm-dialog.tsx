import { Dialog, DialogActions, DialogBody, DialogContent, DialogSurface, DialogTitle, Field, Input, makeStyles } from '@fluentui/react-components'
import { useState, type FormEvent, type ReactNode } from 'react'
import { Button } from './button.tsx'
import { ErrorState } from './states.tsx'

const useStyles = makeStyles({
  content: { display: 'flex', flexDirection: 'column', gap: '12px' },
  wide: { maxWidth: '800px', width: '90vw' },
})

export type FormDialogProps = {
  title: string
  /** Undefined keeps the button enabled. */
  submitDisabledBecause?: string | undefined
  submit: string
  /** The dialog closes when it resolves; what it throws is shown in the dialog. */
  onSubmit: () => Promise<unknown>
  onClose: () => void
  wide?: boolean
  children: ReactNode
}

/** A dialog with fields. Render it only while it is open. */
export function FormDialog({ title, submit, submitDisabledBecause, onSubmit, onClose, wide = false, children }: FormDialogProps) {
  const styles = useStyles()
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>()
  const go = async (event: FormEvent) => {
    event.preventDefault()
    if (busy || submitDisabledBecause !== undefined) return
    setBusy(true)
    setError(undefined)
    try {
      await onSubmit()
      onClose()
    } catch (problem) {
      setError(problem)
    } finally {
      setBusy(false)
    }
  }
  return (
    <Dialog open onOpenChange={(_event, data) => !data.open && !busy && onClose()}>
      <DialogSurface {...(wide ? { className: styles.wide } : {})}>
        <form onSubmit={(event) => void go(event)} noValidate>
          <DialogBody>
            <DialogTitle>{title}</DialogTitle>
            <DialogContent className={styles.content}>
              {children}
              {error !== undefined && <ErrorState error={error} />}
            </DialogContent>
            <DialogActions>
              <Button onClick={onClose} disabledBecause={busy ? 'It is being done' : undefined}>Cancel</Button>
              <Button type="submit" appearance="primary" busy={busy} disabledBecause={submitDisabledBecause}>{submit}</Button>
            </DialogActions>
          </DialogBody>
        </form>
      </DialogSurface>
    </Dialog>
  )
}

/** Asks before something that cannot simply be undone. `typed`: the word that has to be typed first. Render it only while it is open. */
export function ConfirmDialog({ typed, confirm, onConfirm, children, ...dialog }: {
  title: string
  confirm: string
  typed?: string | undefined
  onConfirm: () => Promise<unknown>
  onClose: () => void
  children: ReactNode
}) {
  const [word, setWord] = useState('')
  const missing = typed !== undefined && word.trim() !== typed
  return (
    <FormDialog {...dialog} submit={confirm} onSubmit={onConfirm} submitDisabledBecause={missing ? `Type ${typed} first` : undefined}>
      {children}
      {typed !== undefined && (
        <Field label={`Type “${typed}” to confirm`}>
          <Input value={word} onChange={(_event, data) => setWord(data.value)} autoComplete="off" spellCheck={false} />
        </Field>
      )}
    </FormDialog>
  )
}
