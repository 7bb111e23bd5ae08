import { join } from 'node:path'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'
import { begin } from './build/begin.ts'
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
    begin({ root: import.meta.dirname }),
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
            { name: 'pages', minShareCount: 2, test: onPagesWithPhotographs, priority: 2 },
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

/** What only other pages need, however many they are, would make the first one come later. */
const onOtherPages = [
  'device',
  String.raw`features/(?:account|comment|compose|moderation|notification|privacy|push|search|settings)`,
  String.raw`features/feed/(?:grid|post-grid|post-tile|rows)`,
  String.raw`features/person/(?:follow-page|nobody|people|profile)`,
  String.raw`features/post/(?:edit|merge|post-gone|post-view)`,
  String.raw`app/(?:keyboard|sign-out|use-debounced|use-form)`,
  'worker',
  String.raw`ui/(?:completion|dialog|field|mention-field|progress|switch)`,
]
const otherPages = new RegExp(`/src/(?:${onOtherPages.join('|')})`)

function onPagesWithPhotographs(id: string): boolean {
  return !otherPages.test(id)
}
