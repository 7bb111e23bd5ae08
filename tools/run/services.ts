import { join } from 'node:path'
import { ensureDatabase, type ProcessSpec, type StoreName } from '../provision/index.ts'
import { secret } from '../provision/secrets.ts'
import { type Home, root } from './home.ts'
import type { Instance } from './instances.ts'
import { type App, factsOf, fillEnvironment } from './manifest.ts'
import { tokensOf } from './sidecars.ts'
import type { Stores } from './stores.ts'

/** The stores that dapr.yaml's apps ask for by name. */
export function storesOf(apps: App[]): StoreName[] {
  const names = apps.flatMap(factsOf).map((fact) => fact.split('.')[0])
  const known: StoreName[] = ['postgres', 'mongodb', 'redis', 's3', 'mail']
  return known.filter((name) => names.includes(name))
}

/** An app's environment, the same for all its instances and its migrations; makes its database. */
export async function environmentOf(
  app: App,
  home: Home,
  stores: Stores,
  publicUrl: string,
): Promise<Record<string, string>> {
  const facts: Record<string, string | undefined> = {
    'public.url': publicUrl,
    'secret.key': await secret(home.path, `${app.id}.key`, 32),
    'redis.url': stores.redis?.url,
    'mail.url': stores.mail?.url,
    'mongodb.url': stores.mongodb && databaseIn(stores.mongodb.url, app.id),
    ...Object.fromEntries(Object.entries(stores.s3?.details ?? {}).map(([name, value]) => [`s3.${name}`, value])),
  }
  if (stores.postgres && factsOf(app).includes('postgres.url')) {
    const password = await secret(home.path, `${app.id}.database`)
    facts['postgres.url'] = await ensureDatabase(stores.postgres.url, app.id, password)
  }
  const tokens = await tokensOf(home, app.id)
  return {
    APP_ID: app.id,
    APP_API_TOKEN: tokens.app,
    DAPR_API_TOKEN: tokens.sidecar,
    // What one start compiled the next one reads, of whatever home.
    NODE_COMPILE_CACHE: join(root, 'node_modules/.cache/daguerre-compiled'),
    ...fillEnvironment(app, facts, process.env),
  }
}

function databaseIn(serverUrl: string, name: string): string {
  const url = new URL(serverUrl)
  url.pathname = `/${name}`
  return url.href
}

export function serviceSpec(instance: Instance, environment: Record<string, string>, all: Instance[]): ProcessSpec {
  const { app, port, sidecar } = instance
  const [command = 'node', ...args] = app.command
  const options = [environment['NODE_OPTIONS'], process.env['DAGUERRE_NODE_OPTIONS']].filter(Boolean).join(' ')
  return {
    name: instance.name,
    command: command === 'node' ? process.execPath : command,
    args,
    cwd: app.folder,
    env: {
      ...environment,
      ...(options && { NODE_OPTIONS: options }),
      APP_PORT: String(port),
      ...(sidecar
        ? { DAPR_HTTP_PORT: String(sidecar.httpPort), DAPR_GRPC_PORT: String(sidecar.grpcPort) }
        : upstreams(all)),
    },
    stopSignal: 'SIGTERM',
  }
}

/** Without a sidecar that finds them, an app gets the addresses of all the others. */
function upstreams(all: Instance[]): Record<string, string> {
  const addresses = Map.groupBy(
    all.filter(({ sidecar }) => sidecar),
    ({ app }) => app.id,
  )
  return Object.fromEntries(
    [...addresses].map(([id, instances]) => [
      `UPSTREAM_${id.toUpperCase().replaceAll('-', '_')}`,
      instances.map(({ port }) => `http://127.0.0.1:${port}`).join(','),
    ]),
  )
}
