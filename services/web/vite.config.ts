import { join } from 'node:path'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'
import { licences } from './build/licences.ts'
import { messages } from './build/messages.ts'
import { sizes } from './build/sizes.ts'
import { serviceWorker } from './build/worker.ts'

const gateway = process.env['DAGUERRE_URL'] ?? 'http://localhost:8080'

const texts = join(import.meta.dirname, 'src/i18n/messages')
/** What is said on pages with photographs, with which most visits begin. */
const firstTexts = ['common', 'error', 'feed', 'frame', 'person', 'post']

export default defineConfig({
  root: import.meta.dirname,
  plugins: [
    react(),
    messages(texts, firstTexts),
    licences(),
    serviceWorker({ root: import.meta.dirname, texts }),
    sizes(),
  ],
  server: {
    port: 5173,
    proxy: { '^/(?:api|media|docs|\\.well-known)/': { target: gateway, changeOrigin: true } },
  },
  // A worker loads what it needs when it needs it.
  worker: { format: 'es' },
  build: {
    outDir: 'dist',
    target: ['chrome111', 'firefox114', 'safari16.4'],
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    // Passed on with what is made of them, as their licences ask.
    license: { fileName: 'licences.txt' },
    rolldownOptions: {
      output: {
        // What is shared is named by all that share it, at a length that no file system takes.
        chunkFileNames: ({ name }) => `assets/${shortName(name)}-[hash].js`,
        assetFileNames: ({ names: [name = ''] }) => `assets/${shortName(name)}-[hash][extname]`,
        codeSplitting: {
          // What every page needs is two files, of which one changes with its versions only; what pages with photographs need is one more.
          groups: [
            { name: 'libraries', tags: ['$initial'], test: /[\\/]node_modules[\\/]/, priority: 4 },
            { name: 'app', tags: ['$initial'], priority: 3 },
            { name: 'pages', minShareCount: 5, test: onPagesWithPhotographs, priority: 2 },
            { name: 'shared', minShareCount: 2, entriesAware: true, entriesAwareMergeThreshold: 1_000, priority: 1 },
          ],
        },
      },
    },
  },
})

function shortName(name: string): string {
  return name.startsWith('shared~') ? 'shared' : '[name]'
}

function onPagesWithPhotographs(id: string): boolean {
  return !/\/src\/(?:device|features\/(?:account|compose|notification|push|settings)|app\/use-form|ui\/dialog)\b/.test(
    id,
  )
}
