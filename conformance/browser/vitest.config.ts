import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['**/*.test.ts'],
    // One product for all files, and one browser at a time is enough for two cores.
    fileParallelism: false,
    globalSetup: ['suite.ts'],
    testTimeout: 120_000,
    hookTimeout: 180_000,
  },
})
