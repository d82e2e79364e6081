import type { TestProject } from 'vitest/node'
import { makeService, removeService } from './service.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /** `https://localhost:<port>` of the one workspace that all files share. */
    workspaceUrl: string
  }
}

/** Once for all files: the service that people use. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  project.provide('workspaceUrl', await makeService())
  return removeService
}
