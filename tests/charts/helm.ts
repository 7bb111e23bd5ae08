import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseAllDocuments, stringify } from 'yaml'
import { ensureHelm } from '../../tools/provision/helm.ts'
import { must, run } from '../../tools/provision/commands.ts'
import { root } from '../../tools/run/home.ts'

export const chart = join(root, 'charts/daguerre')
export const minimal = join(chart, 'examples/minimal.yaml')

/** A Kubernetes object as Helm renders it. */
export interface Rendered {
  apiVersion: string
  kind: string
  metadata: {
    name: string
    namespace?: string
    labels?: Record<string, string>
    annotations?: Record<string, string>
  }
  // Each test knows what it looks at.
  spec: never
  scopes?: string[]
  data?: Record<string, string>
}

export interface Answer {
  code: number
  output: string
}

let helmPath: Promise<string> | undefined

export function helm(): Promise<string> {
  helmPath ??= ensureHelm({
    env: process.env,
    home: root,
    report: (message) => console.error(`charts: ${message}`),
    port: () => Promise.reject(new Error('helm listens nowhere')),
  })
  return helmPath
}

/** Packs charts/service for the umbrella; again each time, as Helm takes an old package for a good one. */
export async function packCharts(): Promise<void> {
  await must('Packing the charts', await helm(), ['dependency', 'update', chart], { cwd: root, env: process.env })
}

/** What `helm template` answers to these values, laid over files of values. */
export async function template(values: unknown, { files = [minimal], args = [] as string[] } = {}): Promise<Answer> {
  return await withValues(values, async (path) => {
    const given = [...files, path].flatMap((file) => ['--values', file])
    const command = ['template', 'daguerre', chart, '--namespace', 'daguerre', ...given, ...args]
    const { code, stdout, output } = await run(await helm(), command)
    return { code: code ?? 1, output: code === 0 ? stdout : output }
  })
}

export async function lint(folder: string, values: unknown, files: string[]): Promise<Answer> {
  return await withValues(values, async (path) => {
    const given = [...files, path].flatMap((file) => ['--values', file])
    const { code, output } = await run(await helm(), ['lint', '--strict', folder, ...given])
    return { code: code ?? 1, output }
  })
}

async function withValues<Result>(values: unknown, work: (path: string) => Promise<Result>): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), 'daguerre-values-'))
  try {
    const path = join(folder, 'values.yaml')
    writeFileSync(path, stringify(values))
    return await work(path)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The objects that come of these values; throws what Helm says where there are none. */
export async function render(values: unknown = {}, options: Parameters<typeof template>[1] = {}): Promise<Rendered[]> {
  const { code, output } = await template(values, options)
  if (code !== 0) throw new Error(output)
  return parseAllDocuments(output).flatMap((document) => (document.toJS() as Rendered | null) ?? [])
}

export function find(objects: Rendered[], kind: string, name: string): Rendered {
  const found = objects.find((one) => one.kind === kind && one.metadata.name === name)
  if (!found) throw new Error(`There is no ${kind} ${name}.`)
  return found
}
