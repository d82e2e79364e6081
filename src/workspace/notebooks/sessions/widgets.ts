import { z } from 'zod'
import type { Widget } from '../wire.ts'
import type { SessionStore } from './store.ts'

// What dbutils.widgets tells. Source: WidgetChange in engine/wire.ts; it comes from a kernel, where people's code runs.
const Shown = z.object({
  name: z.string().min(1).max(255),
  type: z.enum(['text', 'dropdown', 'combobox', 'multiselect']),
  label: z.string().max(1000).nullish(),
  defaultValue: z.string(),
  value: z.string().optional(),
  choices: z.array(z.string()).max(1024).optional(),
})
const Change = z.discriminatedUnion('action', [
  z.object({ action: z.literal('set'), widget: Shown }),
  z.object({ action: z.literal('remove'), name: z.string() }),
  z.object({ action: z.literal('removeAll') }),
])
const most = 512

/** Keeps what the code did to the widgets; all of them afterwards, or null for what is no change. */
export async function changedWidgets(store: SessionStore, sessionId: string, told: unknown): Promise<Widget[] | null> {
  const change = Change.safeParse(told).data
  const session = await store.find(sessionId)
  if (!change || !session) return null
  const widgets = change.action === 'removeAll' ? [] : change.action === 'remove' ? session.widgets.filter(({ name }) => name !== change.name) : withWidget(session.widgets, change.widget)
  await store.change(sessionId, { widgets })
  return widgets
}

function withWidget(widgets: readonly Widget[], shown: z.infer<typeof Shown>): Widget[] {
  const at = widgets.findIndex(({ name }) => name === shown.name)
  const widget: Widget = {
    name: shown.name,
    kind: shown.type,
    label: shown.label || shown.name,
    default: shown.defaultValue,
    choices: shown.choices ?? [],
    value: shown.value ?? widgets[at]?.value ?? shown.defaultValue,
  }
  return at < 0 ? [...widgets, widget].slice(0, most) : widgets.with(at, widget)
}

export const widgetValues = (widgets: readonly Widget[]): Record<string, string> => Object.fromEntries(widgets.map(({ name, value }) => [name, value]))

/** Arguments of a notebook that another one runs are values of its widgets. */
export const widgetsOf = (values: Readonly<Record<string, string>>): Widget[] =>
  Object.entries(values).map(([name, value]) => ({ name, kind: 'text', label: name, default: value, choices: [], value }))
