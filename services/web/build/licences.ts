import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { Plugin } from 'vite'

const require = createRequire(import.meta.url)

/** Files that are passed on beside what Vite bundles, of which it makes its list of licences itself. */
const others = [
  { name: 'libheif-js', about: 'LGPL-3.0, in files of its own', files: ['LICENSE', 'libheif-wasm/LICENSE'] },
  { name: '@fontsource/newsreader', about: 'OFL-1.1', files: ['LICENSE'] },
]

/** Their licences: `licences-of-files.txt`, beside the `licences.txt` of Vite, with headings as that has them. */
export function licences(): Plugin {
  return {
    name: 'daguerre:licences',
    apply: 'build',
    async generateBundle() {
      const texts: string[] = []
      for (const { name, about, files } of others) {
        const folder = dirname(require.resolve(`${name}/package.json`))
        const { version } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as { version: string }
        texts.push(`## ${name} - ${version} (${about})`)
        for (const file of files) texts.push(await readFile(join(folder, file), 'utf8'))
      }
      this.emitFile({ type: 'asset', fileName: 'licences-of-files.txt', source: texts.join('\n\n') })
    },
  }
}
