import react from '@vitejs/plugin-react'
import { join } from 'node:path'
import { defineConfig } from 'vite'

// Two applications with shared chunks: `portal.html` is served on the cloud's port, `workspace.html` on each workspace's.
export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  build: {
    outDir: process.env.BRICKYARD_WEB_OUT ?? 'dist',
    emptyOutDir: true,
    target: 'es2023',
    sourcemap: false,
    modulePreload: { polyfill: false },
    // The content security policy forbids data: scripts and fonts; small images stay files too.
    assetsInlineLimit: 0,
    rolldownOptions: { input: { portal: join(import.meta.dirname, 'portal.html'), workspace: join(import.meta.dirname, 'workspace.html') } },
  },
})
