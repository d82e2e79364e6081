import { RouterProvider } from '@tanstack/react-router'
import { router } from './routes.tsx'

export const Application = () => <RouterProvider router={router} />
