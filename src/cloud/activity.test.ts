import { afterAll, beforeAll, expect, test } from 'vitest'
import { runningCloud, type RunningCloud } from './testing/running-cloud.ts'

let it: RunningCloud
beforeAll(async () => { it = await runningCloud({ loops: false }) })
afterAll(() => it.stop())

test('who may read a group may read what was done in it, and nothing beside it', async () => {
  for (const name of ['seen', 'hidden']) await it.owner.resources.resourceGroups.createOrUpdate(name, { location: 'local' })
  const reader = await it.account('reader of one group')
  await it.cloud.grant(reader.oid, 'Reader', `${it.subscription}/resourceGroups/seen`)
  const log = (filter: string) => reader.raw('GET', `${it.subscription}/providers/Microsoft.Insights/eventtypes/management/values?api-version=2015-04-01${filter ? `&$filter=${encodeURIComponent(filter)}` : ''}`)
  expect((await log("resourceGroupName eq 'seen'")).body).toMatchObject({ value: [{ resourceGroupName: 'seen', status: { value: 'Succeeded' } }] })
  expect((await log("resourceGroupName eq 'hidden'")).status).toBe(403)
  expect((await log(`resourceUri eq '${it.subscription}/resourceGroups/hidden'`)).status).toBe(403)
  expect((await log('')).status).toBe(403)
  expect((await log("resourceUri eq ''")).status).toBe(403)
})
