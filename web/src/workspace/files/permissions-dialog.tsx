import { Dialog, DialogActions, DialogBody, DialogContent, DialogSurface, DialogTitle } from '@fluentui/react-components'
import { Button } from '#web/kit/button.tsx'
import { PermissionsPanel } from '../access/permissions.tsx'
import { permissionType, type Item } from './objects.ts'

/** Who may do what with a folder, a notebook or a file. */
export function PermissionsDialog({ item, onClose }: { item: Item; onClose: () => void }) {
  return (
    <Dialog open onOpenChange={(_event, data) => !data.open && onClose()}>
      <DialogSurface>
        <DialogBody>
          <DialogTitle>Permissions of {item.name}</DialogTitle>
          <DialogContent>
            <p style={{ marginTop: 0 }}>What is given on a folder holds for everything in it.</p>
            <PermissionsPanel type={permissionType[item.object_type]} id={String(item.object_id)} />
          </DialogContent>
          <DialogActions><Button appearance="primary" onClick={onClose}>Done</Button></DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  )
}
