/** Levels of each type of object, weakest first. Source: "Access control lists" of the Azure Databricks documentation. */
const ofFiles = ['CAN_READ', 'CAN_RUN', 'CAN_EDIT', 'CAN_MANAGE'] as const
export const levels = {
  clusters: ['CAN_ATTACH_TO', 'CAN_RESTART', 'CAN_MANAGE'],
  notebooks: ofFiles,
  directories: ofFiles,
  files: ofFiles,
  /** Its only object is `tokens`: who may make personal access tokens. Administrators alone manage it. */
  authorization: ['CAN_USE', 'CAN_MANAGE'],
} as const

export type ObjectType = keyof typeof levels
export type Level = (typeof levels)[ObjectType][number]
/** An object by its wire name, e.g. `{ type: 'clusters', id: '1124-…' }`. */
export type ObjectRef = { type: ObjectType; id: string | number }

/** The levels that a list may give. Source: settings.TokenPermissionLevel in databricks-sdk-py has one. */
export const givable = (type: ObjectType): readonly Level[] => (type === 'authorization' ? ['CAN_USE'] : levels[type])

/** Whether someone who has `held` may do what needs `needed`. */
export function atLeast(type: ObjectType, held: Level | null, needed: Level): boolean {
  return held !== null && rank(type, held) >= rank(type, needed)
}

/** The strongest of some levels; null when there is none. */
export const strongest = (type: ObjectType, held: readonly Level[]): Level | null =>
  held.reduce<Level | null>((best, level) => (best === null || rank(type, level) > rank(type, best) ? level : best), null)

const rank = (type: ObjectType, level: Level): number => {
  const order: readonly Level[] = levels[type]
  return order.indexOf(level)
}
