import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { internalRoutes } from '@daguerre/contracts'
import { parse, parseDocument, stringify } from 'yaml'
import { root } from './home.ts'
import { readManifest } from './manifest.ts'

const umbrella = 'charts/daguerre'

const copies: Record<string, string> = {
  'statestore.yaml': 'components/common/statestore.yaml',
  'resiliency.yaml': 'components/common/resiliency.yaml',
  'pubsub-redis.yaml': 'components/pubsub-redis/pubsub.yaml',
  'pubsub-kafka.yaml': 'components/pubsub-kafka/pubsub.yaml',
}

/**
 * What charts take from the rest of the repository, as Helm reads nothing outside of a chart: the table of calls, the
 * components' settings, and one dependency a service of dapr.yaml.
 */
export async function chartFiles(): Promise<Record<string, string>> {
  return {
    'charts/service/files/access-control.yaml': `${heading('the internal routes in packages/contracts')}${stringify(accessTable())}`,
    ...Object.fromEntries(
      Object.entries(copies).map(([name, source]) => [
        `${umbrella}/files/${name}`,
        `${heading(source)}${stringify(parse(readFileSync(join(root, source), 'utf8')))}`,
      ]),
    ),
    [`${umbrella}/Chart.yaml`]: umbrellaChart(),
  }
}

function heading(source: string): string {
  return `# Made by \`npm run generate\` from ${source}.\n`
}

interface Operation {
  name: string
  httpVerb: string[]
  action: 'allow'
}

/** By app and caller: the operations that Dapr lets through. */
export function accessTable(): Record<string, Record<string, Operation[]>> {
  const apps = readManifest().apps.filter((app) => app.sidecar)
  return Object.fromEntries(apps.map(({ id }) => [id, callersOf(id)]))
}

function callersOf(app: string): Record<string, Operation[]> {
  const routes = internalRoutes.filter((route) => route.app === app)
  const callers = [...new Set(routes.flatMap((route) => route.callers))].toSorted()
  return Object.fromEntries(
    callers.map((caller) => [
      caller,
      routes
        .filter((route) => route.callers.includes(caller))
        .map(({ path, method }): Operation => ({ name: path, httpVerb: [method.toUpperCase()], action: 'allow' }))
        .toSorted((a, b) => a.name.localeCompare(b.name)),
    ]),
  )
}

function umbrellaChart(): string {
  const chart = parseDocument(readFileSync(join(root, umbrella, 'Chart.yaml'), 'utf8'))
  const service = parse(readFileSync(join(root, 'charts/service/Chart.yaml'), 'utf8')) as { version: string }
  const dependencies = readManifest().apps.map(({ id }) => ({
    name: 'service',
    version: service.version,
    repository: 'file://../service',
    alias: id,
    condition: `${id}.enabled`,
  }))
  chart.set('dependencies', chart.createNode(dependencies))
  return chart.toString({ lineWidth: 0 })
}
