import { defineConfig } from 'vitest/config'

export default defineConfig({ test: { include: ['**/*.test.ts'], fileParallelism: false, testTimeout: 900_000, hookTimeout: 180_000 } })
