import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { root } from './home.ts'
import { readManifest } from './manifest.ts'

type Json = Record<string, unknown>

/** What stands above a key of a values.yaml: `# -- a description` over some lines, `# @schema {…}`. */
interface Remark {
  description: string
  schema: Json
}

/** values.schema.json and the table of README.md of each chart, from the comments of its values.yaml. */
export async function chartDocs(): Promise<Record<string, string>> {
  const services = readManifest().apps.map(({ id }) => id)
  return Object.fromEntries(
    ['charts/service', 'charts/daguerre'].flatMap((folder) => {
      const text = readFileSync(join(root, folder, 'values.yaml'), 'utf8')
      const values = parse(text) as Json
      const remarks = remarksIn(text)
      // A block of the umbrella that is a service is held against the schema of charts/service by Helm itself.
      const open = folder === 'charts/daguerre' ? services : ['global']
      const schema = {
        $schema: 'http://json-schema.org/draft-07/schema#',
        title: `Values of ${folder}`,
        ...schemaOf(folder === 'charts/service' ? { ...values, global: {} } : values, '', remarks, new Set(open)),
      }
      return [
        [`${folder}/values.schema.json`, `${JSON.stringify(schema, null, 2)}\n`],
        [`${folder}/README.md`, withTable(folder, tableOf(values, '', remarks))],
      ]
    }),
  )
}

/** Remarks by path (`global.image.tag`); lines that say neither are for readers of the file alone. */
export function remarksIn(text: string): Map<string, Remark> {
  const remarks = new Map<string, Remark>()
  const place: { indent: number; key: string }[] = []
  let description: string[] = []
  let schema: Json = {}
  for (const line of text.split('\n')) {
    const comment = /^\s*#\s?(.*)$/.exec(line)?.[1]
    if (comment !== undefined) {
      if (comment.startsWith('-- ')) description = [comment.slice(3)]
      else if (comment.startsWith('@schema ')) schema = JSON.parse(comment.slice(8)) as Json
      else if (description.length > 0) description.push(comment)
      continue
    }
    const [, spaces, key] = /^( *)([\w-]+):(?: |$)/.exec(line) ?? []
    if (key !== undefined && spaces !== undefined) {
      while (place.length > 0 && (place.at(-1)?.indent ?? 0) >= spaces.length) place.pop()
      place.push({ indent: spaces.length, key })
      const path = place.map((part) => part.key).join('.')
      if (description.length > 0 || Object.keys(schema).length > 0) {
        remarks.set(path, { description: description.join(' '), schema })
      }
    }
    description = []
    schema = {}
  }
  return remarks
}

function below(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`
}

/** A map whose keys are explained one by one takes no others; one that is explained as a whole takes any. */
function isSection(value: unknown, path: string, remarks: Map<string, Remark>): value is Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  return path === '' || [...remarks.keys()].some((one) => one.startsWith(`${path}.`))
}

function schemaOf(value: unknown, path: string, remarks: Map<string, Remark>, open: ReadonlySet<string>): Json {
  const { description = '', schema = {} } = remarks.get(path) ?? {}
  const said = { ...(description ? { description } : {}), ...schema }
  if (open.has(path)) return { type: 'object', ...said }
  if (isSection(value, path, remarks)) {
    const properties = Object.entries(value).map(([key, inner]) => [
      key,
      schemaOf(inner, below(path, key), remarks, open),
    ])
    return { type: 'object', ...said, properties: Object.fromEntries(properties), additionalProperties: false }
  }
  if (Array.isArray(value)) return { type: 'array', ...said }
  if (typeof value === 'object' && value !== null) return { type: 'object', ...said }
  if ('enum' in schema || value === null) return said
  return { type: typeof value === 'number' ? 'integer' : typeof value, ...said }
}

function tableOf(value: unknown, path: string, remarks: Map<string, Remark>): string[] {
  const description = remarks.get(path)?.description
  const rows = description ? [`| \`${path}\` | ${codeOf(value)} | ${description.replaceAll('|', '\\|')} |`] : []
  if (!isSection(value, path, remarks)) return rows
  const inner = Object.entries(value).flatMap(([key, one]) => tableOf(one, below(path, key), remarks))
  return [...(rows.length > 0 && inner.length > 0 ? [] : rows), ...inner]
}

function codeOf(value: unknown): string {
  if (value === '' || value === null) return ''
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return text.length > 80 ? 'see values.yaml' : `\`${text}\``
}

const begin = '<!-- values: made by `npm run generate` -->'
const end = '<!-- end of values -->'

function withTable(folder: string, rows: string[]): string {
  const text = readFileSync(join(root, folder, 'README.md'), 'utf8')
  const at = text.indexOf(begin)
  const after = text.indexOf(end)
  if (at < 0 || after < at)
    throw new Error(`${folder}/README.md has no place for the table of values (${begin} … ${end})`)
  const table = ['| value | default | |', '|---|---|---|', ...rows]
  return `${text.slice(0, at + begin.length)}\n\n${table.join('\n')}\n\n${text.slice(after)}`
}
