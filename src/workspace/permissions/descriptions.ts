import type { Level, ObjectType } from './levels.ts'

const thing = (noun: string) => ({
  CAN_READ: `Can view the ${noun}`,
  CAN_RUN: `Can view and run the ${noun}`,
  CAN_EDIT: `Can view, run and change the ${noun}`,
  CAN_MANAGE: `Can view, run, change, move and delete the ${noun}, and say who may`,
})
/** What a level means, as `permissionLevels` tells it. */
export const descriptions: Record<ObjectType, Partial<Record<Level, string>>> = {
  clusters: {
    CAN_ATTACH_TO: 'Can see the cluster and run code on it',
    CAN_RESTART: 'Can also start, restart, pause, resize and terminate it',
    CAN_MANAGE: 'Can also edit and delete it, and say who may',
  },
  notebooks: thing('notebook'),
  files: thing('file'),
  directories: {
    CAN_READ: 'Can view what is in the folder',
    CAN_RUN: 'Can view and run what is in the folder',
    CAN_EDIT: 'Can view, run and change what is in the folder',
    CAN_MANAGE: 'Can do everything with the folder and what is in it, make things in it, and say who may',
  },
  authorization: { CAN_USE: 'Can make personal access tokens' },
}
