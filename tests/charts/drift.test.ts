import { globSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { beforeAll, expect, test } from 'vitest'
import { parse } from 'yaml'
import { root } from '../../tools/run/home.ts'
import { readManifest } from '../../tools/run/manifest.ts'
import { find, packCharts, render, type Rendered } from './helm.ts'

// The local run and the cluster tell the same story: what differs is named in charts/differences.yaml with its reason.

interface Differences {
  [kind: string]: Record<string, string>
}
const differences = parse(readFileSync(join(root, 'charts/differences.yaml'), 'utf8')) as Differences
const used = new Set<string>()

/** Whether a difference is one that is meant. */
function isMeant(kind: string, name: string): boolean {
  const reason = differences[kind]?.[name]
  if (reason) used.add(`${kind}.${name}`)
  return Boolean(reason)
}

const manifest = readManifest()
let objects: Rendered[] = []
beforeAll(async () => {
  await packCharts()
  objects = await render()
}, 600_000)

interface Container {
  ports: { containerPort: number }[]
  env: { name: string; value?: string; valueFrom?: unknown }[]
}

function containerOf(app: string): Container {
  const { template } = find(objects, 'Deployment', `daguerre-${app}`).spec as {
    template: { spec: { containers: Container[] } }
  }
  return template.spec.containers[0]!
}

function annotationsOf(app: string): Record<string, string> {
  const { template } = find(objects, 'Deployment', `daguerre-${app}`).spec as {
    template: { metadata: { annotations: Record<string, string> } }
  }
  return template.metadata.annotations
}

test('the apps, their ports and who has a sidecar', () => {
  const deployed = objects.filter(({ kind }) => kind === 'Deployment').map(({ metadata }) => metadata.name)
  expect(deployed.toSorted()).toStrictEqual(manifest.apps.map(({ id }) => `daguerre-${id}`).toSorted())
  for (const { id, port, sidecar } of manifest.apps) {
    expect([id, containerOf(id).ports]).toStrictEqual([id, [expect.objectContaining({ containerPort: port })]])
    expect([id, annotationsOf(id)['dapr.io/app-id']]).toStrictEqual([id, sidecar ? id : undefined])
  }
})

test('the gateway knows the address of each other app', () => {
  const { data } = find(objects, 'ConfigMap', 'daguerre-upstreams')
  const others = manifest.apps.filter(({ sidecar }) => sidecar).map(({ id }) => id)
  expect(data).toStrictEqual(
    Object.fromEntries(others.map((id) => [`UPSTREAM_${id.toUpperCase()}`, `http://daguerre-${id}:80`])),
  )
})

test('what sidecars are told', () => {
  const local = {
    'max-body-size': manifest.maxBodySize,
    'log-level': manifest.logLevel,
    'enable-app-health-check': String(manifest.sidecarArgs.includes('--enable-app-health-check')),
  }
  for (const { id } of manifest.apps.filter(({ sidecar }) => sidecar)) {
    for (const [name, value] of Object.entries(local)) {
      if (isMeant('sidecar', name)) continue
      expect([id, name, annotationsOf(id)[`dapr.io/${name}`]]).toStrictEqual([id, name, value])
    }
  }
})

test('the environment of each app: the same variables, and constants with the same values', () => {
  for (const app of manifest.apps) {
    const cluster = new Map(containerOf(app.id).env.map(({ name, value }) => [name, value]))
    // What services.ts gives to each app besides dapr.yaml.
    const runner = {
      APP_ID: app.id,
      APP_PORT: String(app.port),
      ...(app.sidecar && { APP_API_TOKEN: '', DAPR_API_TOKEN: '' }),
    }
    const local = new Map(Object.entries({ ...runner, ...app.env }))
    for (const name of new Set([...cluster.keys(), ...local.keys()])) {
      const value = local.get(name)
      // A variable of the shell that is usually not set.
      if (value !== undefined && /^\$\{[A-Z_]+\}$/.test(value) && !cluster.has(name)) continue
      if (isMeant('environment', name)) continue
      expect([app.id, name, cluster.has(name), local.has(name)]).toStrictEqual([app.id, name, true, true])
      const isConstant = value !== undefined && value !== '' && !value.includes('${')
      if (isConstant) expect([app.id, name, cluster.get(name)]).toStrictEqual([app.id, name, value])
    }
  }
})

interface Component {
  metadata: { name: string }
  spec: {
    type: string
    version: string
    ignoreErrors?: boolean
    metadata: { name: string; value?: string; envRef?: string; secretKeyRef?: unknown }[]
  }
  scopes?: string[]
}

test.each([
  ['components/common/statestore.yaml', {}],
  ['components/pubsub-redis/pubsub.yaml', {}],
  ['components/pubsub-kafka/pubsub.yaml', { global: { pubsub: 'kafka', kafka: { brokers: 'kafka:9092' } } }],
])('the component %s', async (path, values) => {
  const local = parse(readFileSync(join(root, path), 'utf8')) as Component
  const cluster = find(await render(values), 'Component', local.metadata.name) as unknown as Component
  const { metadata: localSettings, ...localSpec } = local.spec
  const { metadata: clusterSettings, ...clusterSpec } = cluster.spec
  expect(clusterSpec).toStrictEqual(localSpec)
  // Where a store is, and the way in, are its place's own.
  const constants = localSettings.filter(({ name, value }) => value !== undefined && !isMeant('component', name))
  const places = new Set(localSettings.filter((one) => one.value === undefined).map(({ name }) => name))
  expect(clusterSettings.filter(({ name }) => !places.has(name) && !isMeant('component', name))).toStrictEqual(
    constants,
  )
  if (local.scopes) expect(cluster.scopes).toStrictEqual(local.scopes)
})

test('resiliency', () => {
  const local = parse(readFileSync(join(root, 'components/common/resiliency.yaml'), 'utf8')) as { spec: unknown }
  expect(find(objects, 'Resiliency', 'resiliency').spec).toStrictEqual(local.spec)
})

test('no component is there in one place only', () => {
  const local = globSync('components/{common,pubsub-redis}/*.yaml', { cwd: root })
    .map((path) => parse(readFileSync(join(root, path), 'utf8')) as Rendered)
    .filter(({ metadata }) => !isMeant('components', metadata.name))
    .map(({ kind, metadata }) => `${kind} ${metadata.name}`)
  const cluster = objects
    .filter(({ kind }) => kind === 'Component' || kind === 'Resiliency')
    .map(({ kind, metadata }) => `${kind} ${metadata.name}`)
  expect(cluster.toSorted()).toStrictEqual(local.toSorted())
})

test('who may call what', () => {
  for (const { id } of manifest.apps.filter(({ sidecar }) => sidecar)) {
    const text = readFileSync(join(root, `components/configuration/${id}.yaml`), 'utf8')
    const local = parse(text.replaceAll('namespace: default', 'namespace: daguerre')) as {
      spec: { accessControl: object }
    }
    const cluster = find(objects, 'Configuration', `daguerre-${id}`).spec as { accessControl: object }
    expect(cluster.accessControl).toStrictEqual(local.spec.accessControl)
  }
})

test('the topics by whose backlog services are scaled are those that they listen to', async () => {
  const values = parse(readFileSync(join(root, 'charts/daguerre/values.yaml'), 'utf8')) as Record<
    string,
    { keda?: { topics?: string[] } }
  >
  for (const path of globSync('services/*/src/events.ts', { cwd: root })) {
    const service = basename(dirname(dirname(path)))
    const { subscriptions } = (await import(pathToFileURL(join(root, path)).href)) as {
      subscriptions: (deps: object) => { topic: string }[]
    }
    const topics = [...new Set(subscriptions({}).map(({ topic }) => topic))].toSorted()
    expect([service, values[service]?.keda?.topics?.toSorted()]).toStrictEqual([service, topics])
  }
})

test('every difference that is named is one', () => {
  const named = Object.entries(differences).flatMap(([kind, names]) =>
    Object.keys(names).map((name) => `${kind}.${name}`),
  )
  expect([...used].toSorted()).toStrictEqual(named.toSorted())
})
