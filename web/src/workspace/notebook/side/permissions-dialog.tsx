import { Dialog, DialogActions, DialogBody, DialogContent, DialogSurface, DialogTitle } from '@fluentui/react-components'
import { Button } from '#web/kit/button.tsx'
import { PermissionsPanel } from '../../access/permissions.tsx'

/** Who may do what with this notebook. */
export function PermissionsDialog({ objectId, name, onClose }: { objectId: number; name: string; onClose: () => void }) {
  return (
    <Dialog open onOpenChange={(_event, { open }) => !open && onClose()}>
      <DialogSurface>
        <DialogBody>
          <DialogTitle>Permissions of {name}</DialogTitle>
          <DialogContent><PermissionsPanel type="notebooks" id={String(objectId)} /></DialogContent>
          <DialogActions><Button appearance="primary" onClick={onClose}>Close</Button></DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  )
}
