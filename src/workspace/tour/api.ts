import { z } from 'zod'
import { defineApi, post } from '#base/http/api.ts'

const Installed = z.object({
  /** The folder of the tour, `/Users/<me>/Tour`. */
  path: z.string(),
  notebooks: z.array(z.object({ object_id: z.int(), path: z.string(), name: z.string(), /** False: it was there, with whatever was changed in it. */ created: z.boolean() })),
  /** Where the files of the data are on the root storage. */
  data: z.string(),
})

/** Our extension: what the guided tour needs. */
export const tourApi = defineApi({
  // Repeatable. What is there already is left alone.
  install: post('/api/2.0/brickyard/tour/install', { body: z.object({}), reply: Installed }),
})
