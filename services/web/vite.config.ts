import { join } from 'node:path'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'
import { messages } from './build/messages.ts'
import { sizes } from './build/sizes.ts'

const gateway = process.env['DAGUERRE_URL'] ?? 'http://localhost:8080'

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react(), messages(join(import.meta.dirname, 'src/i18n/messages')), sizes()],
  server: {
    port: 5173,
    proxy: { '^/(?:api|media|docs|\\.well-known)/': { target: gateway, changeOrigin: true } },
  },
  build: {
    outDir: 'dist',
    target: ['chrome111', 'firefox114', 'safari16.4'],
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    // Passed on with what is made of them, as their licences ask.
    license: { fileName: 'licences.txt' },
  },
})
