import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import type { Plugin, Rolldown } from 'vite'
import { closure } from './bundle.ts'

const budgetBytes = 130_000
const firstPages = ['routes/home', 'i18n/messages:en']

/** Compressed neighbours of all that compresses, and a table of what each page costs; over the budget the build fails. */
export function sizes(): Plugin {
  return {
    name: 'daguerre:sizes',
    apply: 'build',
    enforce: 'post',
    // As files are, and not before: what imports what is written into them at the very end.
    writeBundle(options, bundle) {
      const folder = options.dir ?? ''
      const brotli = new Map<string, number>()
      const gzip = new Map<string, number>()
      for (const name of Object.keys(bundle)) {
        if (!/\.(?:js|css|svg|html|webmanifest|wasm)$/.test(name)) continue
        const body = readFileSync(join(folder, name))
        const asBrotli = brotliCompressSync(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } })
        const asGzip = gzipSync(body, { level: 9 })
        brotli.set(name, asBrotli.length)
        gzip.set(name, asGzip.length)
        if (body.length < 1024 || name.endsWith('.html')) continue
        writeFileSync(join(folder, `${name}.br`), asBrotli)
        writeFileSync(join(folder, `${name}.gz`), asGzip)
      }
      const chunks = Object.values(bundle).filter((output) => output.type === 'chunk')
      // The entry itself may be empty, and gone: where its code is, is where the app begins.
      const entry = chunks.find((chunk) => chunk.moduleIds.some((id) => id.endsWith('/app/main.tsx')))
      if (!entry) return this.error('There is no app/main.tsx in what was built.')
      const rows = chunks
        .filter((chunk) => chunk.isDynamicEntry && chunk !== entry)
        .map((chunk) => ({ name: nameOf(chunk), loaded: closure([chunk], bundle) }))
      const first = closure([entry, ...chunks.filter((chunk) => firstPages.includes(nameOf(chunk)))], bundle)
      function line(name: string, loaded: Iterable<Rolldown.OutputChunk>): string {
        const [zipped, short] = [gzip, brotli].map((of) => kilobytes(bytesOf(loaded, of)))
        return `${name.padEnd(34)} ${zipped} gzip ${short} brotli`
      }
      const shared = closure([entry], bundle)
      const table = [
        line('first page: frame, home, English', first),
        ...rows
          .map(({ name, loaded }) => line(`  + ${name}`, loaded.difference(shared)))
          .toSorted((a, b) => a.localeCompare(b)),
        styleLine(gzip, brotli),
      ]
      console.log(table.join('\n'))
      const total = bytesOf(first, brotli)
      if (total > budgetBytes) this.error(`The first page has ${total} bytes of JavaScript, over ${budgetBytes}.`)
    },
  }
}

function bytesOf(chunks: Iterable<Rolldown.OutputChunk>, sizes: ReadonlyMap<string, number>): number {
  return [...chunks].reduce((all, { fileName }) => all + (sizes.get(fileName) ?? 0), 0)
}

function styleLine(...maps: [gzip: Map<string, number>, brotli: Map<string, number>]): string {
  const [zipped, short] = maps.map((of) =>
    kilobytes([...of].filter(([name]) => name.endsWith('.css')).reduce((all, [, bytes]) => all + bytes, 0)),
  )
  return `${'styles of all pages'.padEnd(34)} ${zipped} gzip ${short} brotli`
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(1)} kB`.padStart(10)
}

function nameOf(chunk: Rolldown.OutputChunk): string {
  const id = chunk.facadeModuleId ?? chunk.name
  if (id.includes('virtual:messages/')) return `i18n/messages:${id.replace(/^.*virtual:messages\//, '')}`
  return id.replace(/^.*\/src\//, '').replace(/\.tsx?$/, '')
}
