import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import type { Plugin, Rolldown } from 'vite'

const budgetBytes = 130_000
const firstPages = ['routes/home', 'i18n/messages:en']

/** Compressed neighbours of all that compresses, and a table of what each page costs; over the budget the build fails. */
export function sizes(): Plugin {
  return {
    name: 'daguerre:sizes',
    apply: 'build',
    enforce: 'post',
    generateBundle(_options, bundle) {
      const brotli = new Map<string, number>()
      const gzip = new Map<string, number>()
      for (const [name, output] of Object.entries(bundle)) {
        if (!/\.(?:js|css|svg|html|webmanifest)$/.test(name)) continue
        const body = Buffer.from(output.type === 'chunk' ? output.code : output.source)
        const asBrotli = brotliCompressSync(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } })
        const asGzip = gzipSync(body, { level: 9 })
        brotli.set(name, asBrotli.length)
        gzip.set(name, asGzip.length)
        if (body.length < 1024 || name.endsWith('.html')) continue
        this.emitFile({ type: 'asset', fileName: `${name}.br`, source: asBrotli })
        this.emitFile({ type: 'asset', fileName: `${name}.gz`, source: asGzip })
      }
      const chunks = Object.values(bundle).filter((output) => output.type === 'chunk')
      const entry = chunks.find((chunk) => chunk.isEntry)
      if (!entry) return
      const rows = chunks
        .filter((chunk) => chunk.isDynamicEntry && chunk !== entry)
        .map((chunk) => ({ name: nameOf(chunk), files: closure([chunk], bundle) }))
      const first = closure([entry, ...chunks.filter((chunk) => firstPages.includes(nameOf(chunk)))], bundle)
      const line = (name: string, files: Iterable<string>): string => {
        const list = [...files]
        const sum = (of: Map<string, number>): string =>
          `${(list.filter((file) => file.endsWith('.js')).reduce((all, file) => all + (of.get(file) ?? 0), 0) / 1000).toFixed(1)} kB`
        return `${name.padEnd(34)} ${sum(gzip).padStart(10)} gzip ${sum(brotli).padStart(10)} brotli`
      }
      const shared = closure([entry], bundle)
      const table = [
        line('first page: frame, home, English', first),
        ...rows
          .map(({ name, files }) => line(`  + ${name}`, files.difference(shared)))
          .toSorted((a, b) => a.localeCompare(b)),
        line('styles', []).replace(/ .*/, '').padEnd(34) + styleSum(gzip, brotli),
      ]
      console.log(table.join('\n'))
      const total = [...first].reduce((all, file) => all + (file.endsWith('.js') ? (brotli.get(file) ?? 0) : 0), 0)
      if (total > budgetBytes) this.error(`The first page has ${total} bytes of JavaScript, over ${budgetBytes}.`)
    },
  }
}

function styleSum(gzip: Map<string, number>, brotli: Map<string, number>): string {
  const sums = [gzip, brotli].map((of) =>
    [...of].filter(([name]) => name.endsWith('.css')).reduce((all, [, bytes]) => all + bytes, 0),
  )
  return ` ${((sums[0] ?? 0) / 1000).toFixed(1).padStart(7)} kB gzip ${((sums[1] ?? 0) / 1000).toFixed(1).padStart(7)} kB brotli`
}

function nameOf(chunk: Rolldown.OutputChunk): string {
  const id = chunk.facadeModuleId ?? chunk.name
  if (id.includes('virtual:messages/')) return `i18n/messages:${id.split('/').at(-1)}`
  return id.replace(/^.*\/src\//, '').replace(/\.tsx?$/, '')
}

/** What is loaded with these chunks. */
function closure(chunks: Rolldown.OutputChunk[], bundle: Rolldown.OutputBundle): Set<string> {
  const found = new Set<string>()
  const open = chunks.map((chunk) => chunk.fileName)
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    const output = bundle[name]
    if (found.has(name) || output?.type !== 'chunk') continue
    found.add(name)
    open.push(...output.imports)
  }
  return found
}
