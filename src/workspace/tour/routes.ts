import { implementFor } from '../caller.ts'
import { tourApi } from './api.ts'
import type { TourService } from './service.ts'

export const tourRoutes = (tour: TourService) => implementFor(tourApi, { install: ({ caller }) => tour.install(caller) })
