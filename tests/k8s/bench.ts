import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Cluster } from '../../tools/cluster/cluster.ts'
import { apply, kubectl, mustTool, type Said, tool } from '../../tools/cluster/kubectl.ts'
import { openForwards } from '../../tools/cluster/port-forward.ts'
import { loopback } from '../../tools/provision/types.ts'
import type { Report } from '../../tools/provision/index.ts'
import { root } from '../../tools/run/home.ts'
import { readManifest } from '../../tools/run/manifest.ts'
import { type Collector, startCollector } from '../setup/collector.ts'
import { type ClusterOfTests, connectCluster } from '../setup/cluster-system.ts'
import type { TestSystem } from '../setup/system.ts'
import { openDoor } from './door.ts'
import type { Images } from './images.ts'
import type { Broker, ClusterStores } from './stores.ts'

export const release = 'daguerre'
const replicas = 2

/** Everything that proofs work with. */
export interface Bench {
  cluster: Cluster
  stores: ClusterStores
  broker: Broker
  images: Images
  /** A copy of charts/daguerre with what it depends on. */
  chart: string
  facts: ClusterOfTests
  factsFile: string
  /** The release as tests know it. */
  system: TestSystem
  collector: Collector
  apps: string[]
  report: Report
  /** Where a load in the network of the cluster finds the door, and the name it asks for. */
  door: { url: string; host: string }
  values: Record<string, unknown>
  /** Runs helm; its end is an answer. */
  helm(...args: string[]): Promise<Said>
  /** Installs or upgrades the release and waits until it is ready; `over` goes over the values of the bench. */
  deploy(options?: { over?: object; chart?: string; timeoutSeconds?: number }): Promise<Said>
  close(): Promise<void>
}

export async function setUpBench(
  cluster: Cluster,
  stores: ClusterStores,
  broker: Broker,
  images: Images,
  report: Report,
): Promise<Bench> {
  const { access } = cluster
  await apply(access, stores.secrets)
  const folder = mkdtempSync(join(tmpdir(), 'daguerre-charts-'))
  const chart = join(folder, 'charts', 'daguerre')
  cpSync(join(root, 'charts'), dirname(chart), { recursive: true })
  await mustTool(access, 'helm', ['dependency', 'update', chart])

  const forwards = openForwards(access)
  const ingress = cluster.ingress === null ? null : new URL(cluster.ingress)
  const door = await openDoor(async () =>
    ingress
      ? { host: ingress.hostname, port: Number(ingress.port || 80) }
      : { host: loopback, port: await forwards.to(`svc/${release}-gateway`, 80) },
  )
  const url = `http://localhost:${door.port}`
  const collector = await startCollector(cluster.hostAddress ?? loopback)
  const facts: ClusterOfTests = {
    kubeconfig: access.env['KUBECONFIG'] ?? '',
    path: access.env['PATH'] ?? '',
    namespace: access.namespace,
    release,
    url,
    isBehindProxy: cluster.ingress !== null,
    reach: cluster.reach,
    ...stores.facts,
  }
  const apps = readManifest().apps.map(({ id }) => id)
  const values = valuesOf({ cluster, stores, images, apps, url, collector })
  const system = connectCluster(facts)
  // For who wants to run a test by hand: E2E_CLUSTER names it.
  const factsFile = join(folder, 'cluster.json')
  writeFileSync(factsFile, JSON.stringify(facts), { mode: 0o600 })

  function helm(...args: string[]): Promise<Said> {
    return tool(access, 'helm', [...args, '--namespace', access.namespace])
  }
  return {
    ...{ cluster, stores, broker, images, chart, facts, factsFile, system, collector, apps, report, values, helm },
    door: { url: cluster.ingress ?? url, host: new URL(url).host },
    async deploy({ over = {}, chart: other = chart, timeoutSeconds = 420 } = {}) {
      const file = join(folder, `values-${Date.now()}.json`)
      writeFileSync(file, JSON.stringify(merge(values, over)))
      const args = ['upgrade', '--install', release, other, '--values', file, '--wait', `--timeout=${timeoutSeconds}s`]
      return await helm(...args)
    },
    async close() {
      await system.close()
      forwards.close()
      await door.close()
      await collector.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

interface ValuesOf {
  cluster: Cluster
  stores: ClusterStores
  images: Images
  apps: string[]
  url: string
  collector: Collector
}

function valuesOf({ cluster, stores, images, apps, url, collector }: ValuesOf): Record<string, unknown> {
  const ingressPods = { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'ingress' } } }
  // One node of two cores has to hold twice as many pods as usual, and their successors.
  const small = {
    replicaCount: replicas,
    resources: { requests: { cpu: '10m' } },
    dapr: { resources: { requests: { cpu: '5m' } } },
    migration: { resources: { requests: { cpu: '10m' } } },
  }
  const common = Object.fromEntries(apps.map((app) => [app, small]))
  return merge(common, {
    global: {
      publicUrl: url,
      image: { ...images, pullPolicy: 'IfNotPresent' },
      // Only what tests ask to be traced is: they send a sampled `traceparent`.
      tracing: cluster.hostAddress === null ? {} : { otlpEndpoint: collector.url, samplingRate: '0.0001' },
      ...(cluster.ingress !== null && { networkPolicy: { gatewayFrom: [ingressPods] } }),
      ...stores.values,
    },
    httpRoute:
      cluster.ingress === null
        ? { enabled: false }
        : { enabled: true, parentRefs: [{ name: 'traefik', namespace: 'ingress' }] },
    // Tests ask more in a minute than a person in a day.
    gateway: { env: { DAGUERRE_RATE_LIMITS: 'off' } },
    // As short as verifiers allow, which look for an unknown key every 10 s.
    auth: { env: { KEY_PUBLICATION_SECONDS: 12 } },
  })
}

/** `over` laid over `under`, objects key by key. */
export function merge(under: object, over: object): Record<string, unknown> {
  const result: Record<string, unknown> = { ...under }
  for (const [key, value] of Object.entries(over)) {
    const known = result[key]
    result[key] = isObject(known) && isObject(value) ? merge(known, value) : value
  }
  return result
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A new one, as an operator is told to make it. */
export async function makeNamespace(cluster: Cluster): Promise<void> {
  await removeNamespace(cluster)
  const labels = { 'pod-security.kubernetes.io/enforce': 'restricted' }
  await apply({ ...cluster.access, namespace: 'default' }, [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: cluster.access.namespace, labels } },
  ])
}

export async function removeNamespace({ access }: Cluster): Promise<void> {
  const { namespace } = access
  // Pods that end in peace would be waited for, and they come again while their Deployments are there.
  await tool(access, 'kubectl', ['-n', namespace, 'delete', 'deployments', '--all', '--cascade=orphan'])
  await tool(access, 'kubectl', ['-n', namespace, 'delete', 'replicasets', '--all', '--cascade=orphan'])
  await tool(access, 'kubectl', ['-n', namespace, 'delete', 'pods', '--all', '--grace-period=1'])
  await kubectl(access, ['delete', 'namespace', namespace, '--ignore-not-found', '--timeout=120s'])
}

/** Both charts with another version, as the next release would have: labels of pods tell it, so that all of them are renewed. */
export async function nextChart({ chart, cluster }: Bench, version: string): Promise<string> {
  const folder = mkdtempSync(join(dirname(dirname(chart)), `${version}-`))
  for (const name of ['daguerre', 'service']) {
    cpSync(join(dirname(chart), name), join(folder, name), { recursive: true })
    const file = join(folder, name, 'Chart.yaml')
    const text = readFileSync(file, 'utf8')
    const now = /^version: *(\S+)$/m.exec(text)?.[1]
    if (!now) throw new Error(`${file} tells no version.`)
    writeFileSync(file, text.replaceAll(`ersion: ${now}`, `ersion: ${version}`))
  }
  for (const made of ['charts', 'Chart.lock']) rmSync(join(folder, 'daguerre', made), { recursive: true, force: true })
  await mustTool(cluster.access, 'helm', ['dependency', 'update', join(folder, 'daguerre')])
  return join(folder, 'daguerre')
}

/** Waits until something is so. */
export async function until(
  what: string,
  look: () => Promise<boolean>,
  { timeoutMs = 60_000, everyMs = 500 } = {},
): Promise<void> {
  const deadline = performance.now() + timeoutMs
  for (;;) {
    if (await look()) return
    if (performance.now() > deadline) throw new Error(`Not within ${Math.round(timeoutMs / 1000)} s: ${what}`)
    await sleep(everyMs)
  }
}
