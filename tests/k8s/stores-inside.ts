import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { type Access, apply, kubectl, mustTool } from '../../tools/cluster/kubectl.ts'
import { openForwards } from '../../tools/cluster/port-forward.ts'
import type { Report } from '../../tools/provision/index.ts'
import { root } from '../../tools/run/home.ts'
import type { Broker, ClusterStores } from './stores.ts'

interface Resource {
  kind: string
  metadata: { name: string }
}

/** The broker and the caches have a Redis each, as they have beside the cluster: what one that is away does can then be seen. */
const otherRedis = ['redis-cache', 'redis-broker']
const ports = { postgres: 5432, mongodb: 27_017, redis: 6379, s3: 7070 }
const secrets = {
  postgres: 'daguerre-postgres',
  mongodb: 'daguerre-mongodb',
  redis: 'daguerre-redis',
  s3: 'daguerre-s3',
}

/** Those of k8s/ in the namespace of the release, for a cluster that does not reach this machine. */
export async function startStoresInside(access: Access, broker: Broker, report: Report): Promise<ClusterStores> {
  report('applying k8s/stores')
  const folders = broker === 'kafka' ? ['k8s/stores', 'k8s/kafka'] : ['k8s/stores']
  const resources = await resourcesOf(access, folders)
  const more = otherRedis.flatMap((name) => resources.filter(isRedis).map((resource) => renamed(resource, name)))
  const names = ['postgres', 'mongodb', 'redis', 's3', ...otherRedis, ...(broker === 'kafka' ? ['kafka'] : [])]
  const forwards = openForwards(access)

  await apply(access, [...resources, ...more])
  for (const name of names) {
    await kubectl(access, ['rollout', 'status', `statefulset/${name}`, '--timeout=300s'])
  }
  const addresses: Record<string, string> = {}
  const listeners: Record<string, string> = {}
  for (const name of names) {
    const port = portOf(name)
    addresses[`${name}:${port}`] = `127.0.0.1:${await forwards.to(`svc/${name}`, port)}`
    listeners[name.replace('redis-', '')] = `${name}:${port}`
  }
  function redis(name: string): object {
    return { url: `redis://${name}:${ports.redis}`, existingSecret: secrets.redis }
  }
  const s3 = `http://s3:${ports.s3}`
  return {
    values: {
      stores: {
        postgres: { url: `postgresql://{app}@postgres:${ports.postgres}/{app}`, existingSecret: secrets.postgres },
        mongodb: {
          url: `mongodb://notification@mongodb:${ports.mongodb}/notification?replicaSet=rs0`,
          existingSecret: secrets.mongodb,
        },
        redis: redis('redis'),
        cache: redis('redis-cache'),
        broker: redis('redis-broker'),
        s3: {
          ...{ endpoint: s3, publicEndpoint: `http://${addresses[`s3:${ports.s3}`]}`, existingSecret: secrets.s3 },
          ...{ accessKeyKey: 'accessKey', secretKeyKey: 'secretKey' },
        },
      },
      pubsub: broker,
      ...(broker === 'kafka' && { kafka: { brokers: `kafka:${portOf('kafka')}` } }),
    },
    // They came with the stores.
    secrets: resources.filter(({ kind }) => kind === 'Secret'),
    facts: { stores: { namespace: access.namespace }, addresses },
    listeners,
    async close() {
      forwards.close()
    },
  }
}

function portOf(name: string): number {
  if (name === 'kafka') return 9092
  return ports[name.replace(/-.*/, '') as keyof typeof ports]
}

/** What kustomize makes of folders of the checkout, in the namespace of the release. */
async function resourcesOf(access: Access, folders: string[]): Promise<Resource[]> {
  const folder = mkdtempSync(join(tmpdir(), 'daguerre-stores-'))
  try {
    const resources = folders.map((path) => relative(folder, join(root, path)))
    writeFileSync(join(folder, 'kustomization.yaml'), JSON.stringify({ namespace: access.namespace, resources }))
    const text = await mustTool(access, 'kubectl', ['kustomize', folder])
    const convert = ['create', '--dry-run=client', '-o', 'json', '-f', '-']
    const said = await kubectl(access, convert, { input: text })
    // One object after the other, each at the beginning of a line.
    return said.split(/(?<=^\})\n(?=\{)/m).map((json) => JSON.parse(json) as Resource)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function isRedis({ kind, metadata }: Resource): boolean {
  return metadata.name === 'redis' && kind !== 'Secret'
}

function renamed(resource: Resource, name: string): Resource {
  const text = JSON.stringify(resource)
  return JSON.parse(
    text.replaceAll('"app.kubernetes.io/name":"redis"', `"app.kubernetes.io/name":"${name}"`),
    (key, value: unknown) => ((key === 'name' || key === 'serviceName') && value === 'redis' ? name : value),
  ) as Resource
}
