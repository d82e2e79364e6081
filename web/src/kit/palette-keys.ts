import { useEffect } from 'react'

/** Opens the palette by Ctrl+K or `/` wherever one is not typing. */
export function usePaletteKeys(open: () => void): void {
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      const at = event.target
      const typing = at instanceof HTMLElement && (at.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(at.tagName))
      const k = (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && event.key.toLowerCase() === 'k'
      if (!k && (typing || event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey)) return
      event.preventDefault()
      open()
    }
    addEventListener('keydown', pressed)
    return () => removeEventListener('keydown', pressed)
  }, [open])
}
