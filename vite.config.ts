import { fileURLToPath } from 'node:url'
import tailwindcss from '@tailwindcss/vite'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vitest/config'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const backend = `http://localhost:${process.env['PORT'] ?? 3000}`

export default defineConfig({
  root: here('frontend'),
  plugins: [vue(), tailwindcss()],
  server: {
    port: 5173,
    proxy: {
      '/api': backend,
      '/socket.io': { target: backend, ws: true },
    },
  },
  build: {
    outDir: here('frontend/dist'),
    emptyOutDir: true,
    target: 'es2023',
    // A data: URI would need its own word in the content security policy.
    assetsInlineLimit: 0,
    reportCompressedSize: true,
    // Its settings (frontend/zod.ts) must come before the first schema, in whatever order the other files are loaded.
    rolldownOptions: {
      output: { codeSplitting: { groups: [{ name: 'zod', test: /node_modules[\\/]zod[\\/]|frontend[\\/]zod\.ts$/ }] } },
    },
  },
  test: {
    // Whole apps on real databases, on machines that do other things too.
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // They wait for disks and databases more than they compute.
    maxWorkers: 3,
    projects: [
      {
        test: {
          name: 'backend',
          root: here('.'),
          environment: 'node',
          include: ['backend/**/*.test.ts', 'scripts/**/*.test.ts', 'bench/**/*.test.ts'],
          globalSetup: [here('backend/test/ready-database.ts')],
        },
      },
      {
        extends: true,
        test: { name: 'frontend', root: here('.'), environment: 'happy-dom', include: ['frontend/**/*.test.ts'] },
      },
    ],
  },
})
