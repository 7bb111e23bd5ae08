import { globSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { root } from './home.ts'

type Placement = { by: string; of: string } | { local: string } | { everywhere: string }

interface Distribution {
  tables: Record<string, Placement>
  allShards: Record<string, { why: string; instead?: string }>
}

const begin = '<!-- distribution: made by `npm run generate` -->'
const end = '<!-- end of distribution -->'

const named = /\/\* all shards: ([\w-]+) \*\//g

/** What each service's README says of its tables in a database of several nodes; from src/distribution.ts. */
export async function distributionDocs(): Promise<Record<string, string>> {
  const ofKit = namesIn('packages/kit/src')
  const pages: Record<string, string> = {}
  for (const path of globSync('services/*/src/distribution.ts', { cwd: root }).toSorted()) {
    const module = (await import(pathToFileURL(join(root, path)).href)) as { distribution: Distribution }
    const folder = dirname(dirname(path))
    compareNames(folder, module.distribution, ofKit)
    pages[`${folder}/README.md`] = withTables(folder, module.distribution)
  }
  return pages
}

/** A reason whose statement has gone would stay for ever otherwise: no test misses it. */
function compareNames(folder: string, { allShards }: Distribution, ofKit: ReadonlySet<string>): void {
  const used = namesIn(`${folder}/src`)
  for (const name of Object.keys(allShards)) {
    if (!used.has(name) && !ofKit.has(name)) throw new Error(`${folder}: no statement says "all shards: ${name}"`)
  }
  for (const name of used) {
    if (!(name in allShards)) throw new Error(`${basename(folder)} gives no reason for "all shards: ${name}"`)
  }
}

function namesIn(folder: string): Set<string> {
  const files = globSync(`${folder}/**/*.ts`, { cwd: root })
  const texts = files.map((file) =>
    readFileSync(join(root, file), 'utf8').replaceAll(/^\s*(?:\*|\/\*\*|\/\/).*$/gm, ''),
  )
  return new Set(texts.flatMap((text) => [...text.matchAll(named)].map((match) => match[1] ?? '')))
}

function withTables(folder: string, { tables, allShards }: Distribution): string {
  const text = readFileSync(join(root, folder, 'README.md'), 'utf8')
  const at = text.indexOf(begin)
  const after = text.indexOf(end)
  if (at < 0 || after < at) throw new Error(`${folder}/README.md has no place for its tables (${begin} … ${end})`)
  const made = [
    '| table | its rows, in a database of several nodes |',
    '|---|---|',
    ...Object.entries(tables)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([table, place]) => `| \`${table}\` | ${sayPlace(place)} |`),
    '',
    '| asks all shards | why | with Citus |',
    '|---|---|---|',
    ...Object.entries(allShards).map(
      ([name, { why, instead }]) => `| \`${name}\` | ${why} | ${instead ?? 'as it is'} |`,
    ),
  ]
  return `${text.slice(0, at + begin.length)}\n\n${made.join('\n')}\n\n${text.slice(after)}`
}

function sayPlace(place: Placement): string {
  if ('by' in place) return `by \`${place.by}\`${place.of === place.by ? '' : ` (${place.of})`}`
  return 'local' in place ? `on the coordinator: ${place.local}` : `on each: ${place.everywhere}`
}
