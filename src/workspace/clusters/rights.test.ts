import { expect, test } from 'vitest'
import { commandsApi } from '../commands/api.ts'
import { levels } from '../permissions/levels.ts'
import { clustersApi } from './api.ts'
import { needs, type Verb } from './rights.ts'

const verbs: Record<string, Verb> = {
  get: 'see',
  events: 'see',
  start: 'start',
  restart: 'restart',
  resize: 'resize',
  pause: 'pause',
  terminate: 'terminate',
  edit: 'edit',
  remove: 'permanently delete',
}
const needed = (api: object) =>
  Object.entries(api).flatMap(([name, op]: [string, { needs?: string }]) => (levels.clusters.some((level) => level === op.needs) ? [[name, op.needs]] : []))

test('what the table says that an operation needs is what is asked for', () => {
  expect(Object.fromEntries(needed(clustersApi))).toEqual(Object.fromEntries(Object.entries(verbs).map(([name, verb]) => [name, needs[verb]])))
  for (const [name, level] of needed(commandsApi)) expect(level, name).toBe(needs.use)
})
