import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Plugin, Rolldown } from 'vite'
import { bundleScript, virtualModule } from './bundle.ts'
import { messages } from './messages.ts'

/** What is wanted seldom is loaded when it is wanted; what browsers ask for by themselves they keep themselves. */
const notKept = /^(?:assets\/(?:ar-XB|heic|libheif)|licences.*\.txt|icons\/|.*\.(?:br|gz|map|html)$)/
const alwaysKept = ['icons/icon-192.png', 'icons/badge-96.png']

/**
 * The service worker, `sw.js`: one script without imports, as not all browsers know modules there. It knows all files of the
 * build from `virtual:shell`, so that any change of the app is a change of it.
 */
export function serviceWorker({ root, texts }: { root: string; texts: string }): Plugin {
  return {
    name: 'daguerre:worker',
    apply: 'build',
    enforce: 'post',
    async generateBundle(_options, bundle) {
      const hash = createHash('sha256')
      const files = Object.keys(bundle).filter((name) => !notKept.test(name))
      for (const name of [...files, 'index.html'].toSorted()) hash.update(name).update(contentOf(bundle[name]))
      for (const name of await filesOf(join(root, 'public'))) {
        hash.update(name).update(await readFile(join(root, 'public', name)))
        if (!notKept.test(name) || alwaysKept.includes(name)) files.push(name)
      }
      const shell = {
        shellFiles: files.toSorted().map((name) => `/${name}`),
        shellVersion: hash.digest('base64url').slice(0, 12),
      }
      const source = await bundleScript(root, 'src/worker/sw.ts', [messages(texts, []), virtualModule('shell', shell)])
      this.emitFile({ type: 'asset', fileName: 'sw.js', source })
    },
  }
}

function contentOf(output: Rolldown.OutputAsset | Rolldown.OutputChunk | undefined): string | Uint8Array {
  if (!output) return ''
  return output.type === 'chunk' ? output.code : output.source
}

async function filesOf(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .toSorted()
}
