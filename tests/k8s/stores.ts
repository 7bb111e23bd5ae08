import { ensureDatabase, type ProcessSpec, type ProvisionContext, type Report } from '../../tools/provision/index.ts'
import { secret } from '../../tools/provision/secrets.ts'
import { serveControls } from '../../tools/run/control.ts'
import { factsOf, readManifest } from '../../tools/run/manifest.ts'
import { choosePort } from '../../tools/run/ports.ts'
import { identify } from '../../tools/run/process-table.ts'
import { fast, type Role, startStores } from '../../tools/run/stores.ts'
import { Supervisor } from '../../tools/run/supervisor.ts'
import type { ClusterOfTests } from '../setup/cluster-system.ts'
import { makeTestHome, removeAbandoned, removeHome } from '../setup/stores.ts'

export type Broker = 'redis' | 'kafka'

export interface ClusterStores {
  /** What the chart is told of them. */
  values: Record<string, unknown>
  /** The Secrets that `values` names. */
  secrets: object[]
  facts: Pick<ClusterOfTests, 'stores' | 'addresses'>
  /** `host:port` of each, as pods know it. */
  listeners: Record<string, string>
  close(): Promise<void>
}

export const secretName = 'stores'

/** Stores on this machine's end of the link to the cluster, run as those of `npm start` are, without their waits for a disk. */
export async function startStoresBeside(host: string, broker: Broker, report: Report): Promise<ClusterStores> {
  await removeAbandoned()
  const home = makeTestHome()
  const supervisor = new Supervisor(home, report)
  supervisor.extra = { runner: identify(process.pid) }
  supervisor.save()
  const controls = await serveControls(home, {
    async view() {
      const processes = supervisor.views().map((view) => ({ ...view, ready: view.phase === 'running' }))
      return { phase: 'ready', url: '', startedAt: '', processes }
    },
    async act(name, action) {
      if (action === 'stop') await supervisor.stop(name)
      else if (action === 'start') supervisor.startAgain(name)
      else supervisor.signal(name, action as NodeJS.Signals)
    },
  })
  function endAtExit(): void {
    supervisor.hasten()
  }
  process.on('exit', endAtExit)
  async function close(): Promise<void> {
    await supervisor.close()
    process.off('exit', endAtExit)
    controls.close()
    controls.closeAllConnections()
    removeHome(home)
  }
  try {
    const ports = new Map<string, Promise<number>>()
    const ctx: ProvisionContext = {
      home: home.path,
      env: process.env,
      report,
      host,
      port(name) {
        const port = ports.get(name) ?? choosePort(20_000 + Math.floor(Math.random() * 10_000))
        ports.set(name, port)
        return port
      },
    }
    const brokerRole: Role = broker === 'kafka' ? 'kafka' : 'broker'
    const stores = await startStores(
      ctx,
      supervisor,
      ['postgres', 'mongodb', 'redis', 's3', 'cache', brokerRole],
      roomy,
    )
    const postgresUrl = stores.postgres?.url ?? ''
    const passwords: Record<string, string> = {}
    for (const app of appsWithDatabase()) {
      const password = await secret(home.path, `${app}.database`)
      await ensureDatabase(postgresUrl, app, password)
      passwords[app] = password
    }
    const urls = {
      redis: new URL(stores.redis?.url ?? ''),
      cache: new URL(stores.cache?.url ?? ''),
      broker: new URL(stores.broker?.url ?? stores.redis?.url ?? ''),
    }
    const s3 = stores.s3?.details ?? {}
    const mongodb = new URL(stores.mongodb?.url ?? '')
    mongodb.pathname = '/{app}'
    function redis(name: 'redis' | 'cache' | 'broker'): object {
      return { url: `redis://${urls[name].host}`, existingSecret: secretName, passwordKey: name }
    }
    return {
      values: {
        stores: {
          postgres: {
            url: `postgresql://{app}@${new URL(postgresUrl).host}/{app}`,
            existingSecret: secretName,
            passwordKey: '{app}',
          },
          mongodb: { url: decodeURI(mongodb.href) },
          redis: redis('redis'),
          cache: redis('cache'),
          broker: redis('broker'),
          s3: {
            ...{ endpoint: s3['endpoint'], publicEndpoint: s3['endpoint'], region: s3['region'], bucket: s3['bucket'] },
            ...{
              forcePathStyle: true,
              existingSecret: secretName,
              accessKeyKey: 's3-access',
              secretKeyKey: 's3-secret',
            },
          },
        },
        pubsub: broker,
        ...(stores.kafka && { kafka: { brokers: stores.kafka.url } }),
      },
      secrets: [
        secretOf({
          ...passwords,
          ...Object.fromEntries(Object.entries(urls).map(([name, url]) => [name, decodeURIComponent(url.password)])),
          's3-access': s3['accessKeyId'] ?? '',
          's3-secret': s3['secretAccessKey'] ?? '',
        }),
      ],
      facts: { stores: { home: home.path }, addresses: {} },
      listeners: {
        postgres: new URL(postgresUrl).host,
        mongodb: mongodb.host,
        redis: urls.redis.host,
        cache: urls.cache.host,
        ...(stores.kafka ? { kafka: stores.kafka.url } : { broker: urls.broker.host }),
        s3: new URL(s3['endpoint'] ?? '').host,
      },
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

/** As for other tests, but for the stand-in for MongoDB: with a laptop's share of memory it loses answers under load. */
function roomy(spec: ProcessSpec): ProcessSpec {
  const more: Record<string, string> = {
    '-Xmx192m': '-Xmx512m',
    '-XX:MaxDirectMemorySize=32m': '-XX:MaxDirectMemorySize=256m',
  }
  const { args, ...rest } = fast(spec)
  return { ...rest, args: args.map((arg) => more[arg] ?? arg) }
}

function secretOf(stringData: Record<string, string>): object {
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name: secretName }, stringData }
}

function appsWithDatabase(): string[] {
  return readManifest()
    .apps.filter((app) => factsOf(app).includes('postgres.url'))
    .map(({ id }) => id)
}
