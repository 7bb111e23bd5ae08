import { globSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { root } from '../../tools/run/home.ts'
import { chart, find, lint, minimal, packCharts, render, type Rendered, template } from './helm.ts'

beforeAll(packCharts, 600_000)

const examples = globSync('examples/*.yaml', { cwd: chart }).toSorted()

describe('the charts', () => {
  test('pass a strict lint', async () => {
    for (const [folder, values, files] of [
      [chart, {}, [minimal]],
      [join(root, 'charts/service'), { global: { stores: {} } }, []],
    ] as const) {
      expect(await lint(folder, values, [...files])).toMatchObject({ code: 0 })
    }
  })

  test.each(examples)('render with %s', async (example) => {
    const objects = await render({}, { files: [minimal, join(chart, example)] })
    expect(objects.filter(({ kind }) => kind === 'Deployment')).toHaveLength(9)
  })

  test('need nothing of a cluster but Kubernetes and Dapr by default', async () => {
    const groups = new Set((await render()).map(({ apiVersion }) => apiVersion.split('/')[0] ?? ''))
    expect([...groups].toSorted()).toStrictEqual(['apps', 'batch', 'dapr.io', 'networking.k8s.io', 'policy', 'v1'])
  })

  test('make an HTTPRoute where the Gateway API is there, and none where it is not', async () => {
    const there = ['--api-versions', 'gateway.networking.k8s.io/v1/HTTPRoute']
    const route = find(await render({}, { args: there }), 'HTTPRoute', 'daguerre')
    expect(route.spec).toMatchObject({ hostnames: ['photos.example.org'] })
    expect((await render()).map(({ kind }) => kind)).not.toContain('HTTPRoute')
  })

  test('make an Ingress of no certain class on demand', async () => {
    const ingress = find(await render({ ingress: { enabled: true } }), 'Ingress', 'daguerre')
    expect(ingress.spec).not.toHaveProperty('ingressClassName')
    expect(ingress.spec).toMatchObject({ rules: [{ host: 'photos.example.org' }] })
  })

  test('tell services and sidecars of a Redis Cluster', async () => {
    const objects = await render({ global: { stores: { redis: { cluster: true } } } })
    for (const name of ['gateway', 'auth', 'feed', 'notification']) {
      expect(JSON.stringify(find(objects, 'Deployment', `daguerre-${name}`))).toContain(
        JSON.stringify({ name: 'REDIS_CLUSTER', value: 'true' }),
      )
    }
    const components = objects.filter(({ kind }) => kind === 'Component').map(({ spec }) => JSON.stringify(spec))
    const onRedis = components.filter((spec) => spec.includes('redisHost'))
    expect(onRedis.length).toBeGreaterThanOrEqual(2)
    for (const spec of onRedis) expect(spec).toContain(JSON.stringify({ name: 'redisType', value: 'cluster' }))
  })

  test('send mail only where a server is named: then auth alone is told of it, and may reach it', async () => {
    expect(JSON.stringify(await render())).not.toContain('SMTP_')
    const smtp = { url: 'smtps://daguerre@mail.example.org:465', existingSecret: 'mail', from: 'D <d@example.org>' }
    const objects = await render({ global: { stores: { smtp } } })
    const told = objects.filter((one) => one.kind === 'Deployment' && JSON.stringify(one).includes('SMTP_'))
    expect(told.map(({ metadata }) => metadata.name)).toEqual(['daguerre-auth'])
    const environment = JSON.stringify(told[0])
    for (const variable of [
      { name: 'SMTP_URL', value: smtp.url },
      { name: 'SMTP_PASSWORD', valueFrom: { secretKeyRef: { name: 'mail', key: 'password' } } },
      { name: 'MAIL_FROM', value: smtp.from },
    ]) {
      expect(environment).toContain(JSON.stringify(variable))
    }
    const open = objects.filter((one) => one.kind === 'NetworkPolicy' && JSON.stringify(one).includes('"port":465'))
    expect(open.map(({ metadata }) => metadata.name)).toContain('daguerre-auth')
    expect(open.map(({ metadata }) => metadata.name)).not.toContain('daguerre-user')
  })

  test('let people sign in elsewhere only where a provider is named: then auth alone is told of it, and may reach it', async () => {
    expect(JSON.stringify(await render())).not.toContain('OIDC_')
    // In the order in which Helm writes them.
    const told = { clientId: 'daguerre', id: 'my-id', issuer: 'https://id.example.org:8443/realms/x', name: 'Ours' }
    const other = { ...told, id: 'second', existingSecret: 'oidc', secretKey: 'second' }
    const objects = await render({ auth: { oidc: { providers: [{ ...told, existingSecret: 'oidc' }, other] } } })
    const deployments = objects.filter((one) => one.kind === 'Deployment' && JSON.stringify(one).includes('OIDC_'))
    expect(deployments.map(({ metadata }) => metadata.name)).toEqual(['daguerre-auth'])
    const environment = JSON.stringify(deployments[0])
    for (const variable of [
      { name: 'OIDC_PROVIDERS', value: JSON.stringify([told, { ...told, id: 'second' }]) },
      { name: 'OIDC_CLIENT_SECRET_MY_ID', valueFrom: { secretKeyRef: { name: 'oidc', key: 'clientSecret' } } },
      { name: 'OIDC_CLIENT_SECRET_SECOND', valueFrom: { secretKeyRef: { name: 'oidc', key: 'second' } } },
    ]) {
      expect(environment).toContain(JSON.stringify(variable))
    }
    const open = objects.filter((one) => one.kind === 'NetworkPolicy' && JSON.stringify(one).includes('"port":8443'))
    expect(open.map(({ metadata }) => metadata.name)).toEqual(['daguerre-auth'])
    expect(JSON.stringify(open).split('"port":8443')).toHaveLength(2)
  })

  test('pin images by digest', async () => {
    const digest = `sha256:${'a'.repeat(64)}`
    const name = 'registry.example.org/daguerre/daguerre-post'
    for (const [image, wanted] of [
      [{ digest }, `${name}@${digest}`],
      [{ tag: 'dev', digest }, `${name}:dev@${digest}`],
    ] as const) {
      const post = find(await render({ post: { image } }), 'Deployment', 'daguerre-post')
      expect(post.spec).toMatchObject({ template: { spec: { containers: [{ image: wanted }] } } })
    }
  })

  function waysOut(objects: Rendered[]) {
    const policies = objects.filter(({ kind }) => kind === 'NetworkPolicy')
    return policies.flatMap(({ metadata, spec }) =>
      ((spec as { egress?: Egress[] }).egress ?? []).flatMap(({ to = [], ports }) =>
        to.flatMap(({ ipBlock }) => (ipBlock ? [{ name: metadata.name, ports, except: ipBlock.except }] : [])),
      ),
    )
  }

  test('let notification alone out into the internet, to push services, and nobody to what is inside of it', async () => {
    const blocks = waysOut(await render())
    const except = expect.arrayContaining(['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '169.254.0.0/16'])
    const ports = [{ port: 443, protocol: 'TCP' }]
    // Its migration has the same ways.
    expect(blocks).toEqual(
      ['daguerre-notification', 'daguerre-notification-migrate'].map((name) => ({ name, ports, except })),
    )
  })

  test('let media out as well where photos are imported, and to nothing inside either', async () => {
    const objects = await render({}, { files: [minimal, join(chart, 'examples/import.yaml')] })
    const ports = [80, 443].map((port) => ({ port, protocol: 'TCP' }))
    const except = expect.arrayContaining(['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '169.254.0.0/16'])
    expect(waysOut(objects).filter(({ name }) => name === 'daguerre-media')).toEqual([
      { name: 'daguerre-media', ports, except },
    ])
    const media = find(objects, 'Deployment', 'daguerre-media')
    const env = expect.arrayContaining([{ name: 'MEDIA_IMPORT', value: 'on' }])
    expect(media.spec).toMatchObject({ template: { spec: { containers: [{ env }] } } })
  })
})

test('post asks about new posts where it is told to, with a secret from a Secret, and has a way there and nowhere else', async () => {
  const objects = await render({}, { files: [minimal, join(chart, 'examples/publish-hook.yaml')] })
  const post = find(objects, 'Deployment', 'daguerre-post')
  const env = expect.arrayContaining([
    { name: 'PUBLISH_HOOK_URL', value: 'http://checks.moderation.svc.cluster.local:8080/daguerre' },
    { name: 'PUBLISH_HOOK_DEFAULT', value: 'hold' },
    { name: 'PUBLISH_HOOK_SECRET', valueFrom: { secretKeyRef: { name: 'publish-hook', key: 'secret' } } },
  ])
  expect(post.spec).toMatchObject({ template: { spec: { containers: [{ env }] } } })
  const policy = find(objects, 'NetworkPolicy', 'daguerre-post')
  const way = {
    ports: [{ port: 8080, protocol: 'TCP' }],
    to: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'moderation' } } }],
  }
  expect((policy.spec as { egress: object[] }).egress).toContainEqual(way)
  const without = find(await render({}, { files: [minimal] }), 'NetworkPolicy', 'daguerre-post')
  expect((without.spec as { egress: object[] }).egress).not.toContainEqual(way)
})

test('a file of places is mounted where auth looks for it', async () => {
  const objects = await render({}, { files: [minimal, join(chart, 'examples/places.yaml')] })
  const auth = find(objects, 'Deployment', 'daguerre-auth')
  const env = expect.arrayContaining([{ name: 'PLACES_FILE', value: '/places/City.mmdb' }])
  const volumeMounts = expect.arrayContaining([{ name: 'places', mountPath: '/places', readOnly: true }])
  const volumes = expect.arrayContaining([
    { name: 'places', persistentVolumeClaim: { claimName: 'places', readOnly: true } },
  ])
  expect(auth.spec).toMatchObject({ template: { spec: { containers: [{ env, volumeMounts }], volumes } } })
})

interface Egress {
  to?: { ipBlock?: { cidr: string; except?: string[] } }[]
  ports: object[]
}

interface PodSpec {
  automountServiceAccountToken: boolean
  securityContext: object
  containers: { securityContext: object; resources: object; volumeMounts: { name: string }[] }[]
}

test('what a service opens to the outside cannot take a port on which its sidecar has yet to listen', async () => {
  const services = (await render()).filter(({ kind }) => kind === 'Deployment')
  expect(services).toHaveLength(9)
  for (const { metadata, spec } of services) {
    const { securityContext } = (spec as { template: { spec: PodSpec } }).template.spec
    expect(securityContext, metadata.name).toMatchObject({
      sysctls: [{ name: 'net.ipv4.ip_local_reserved_ports', value: '50001,50002' }],
    })
  }
})

test('every pod may run where Pod Security is restricted, with a read-only root and without a token of Kubernetes', async () => {
  const objects = await render()
  const pods = objects.flatMap(({ kind, metadata, spec }): [string, PodSpec][] => {
    if (kind === 'Pod') return [[metadata.name, spec]]
    const owner = spec as { template?: { spec: PodSpec } } | undefined
    return owner?.template ? [[metadata.name, owner.template.spec]] : []
  })
  // Nine services, seven migrations, the pod of `helm test`.
  expect(pods).toHaveLength(17)
  for (const [name, pod] of pods) {
    expect(pod, name).toMatchObject({
      automountServiceAccountToken: false,
      securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
    })
    for (const container of pod.containers) {
      expect(container, name).toMatchObject({
        securityContext: {
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        },
        resources: { requests: { cpu: expect.any(String), memory: expect.any(String) } },
      })
    }
  }
})

describe('wrong values are refused with a sentence that says what to set', () => {
  const kafka = { pubsub: 'kafka' }
  test.each([
    ['an unknown key', { postt: { replicaCount: 2 } }, /postt/],
    ['an unknown key of a service', { post: { replicas: 2 } }, /replicas/],
    ['a number as a word', { post: { replicaCount: 'two' } }, /replicaCount.*(?:integer|number)/s],
    ['a store without a URL', { global: { stores: { postgres: { url: '' } } } }, /set global\.stores\.postgres\.url/],
    [
      'a URL from a Secret without its name',
      { global: { stores: { mongodb: { url: '', urlKey: 'uri', existingSecret: '' } } } },
      /name the Secret that has the URL/,
    ],
    [
      'keys of S3 without a Secret',
      { global: { stores: { s3: { existingSecret: '' } } } },
      /global\.stores\.s3\.existingSecret is empty/,
    ],
    [
      'a password in a URL',
      { global: { stores: { redis: { url: 'redis://:secret@redis:6379' } } } },
      /put it into a Secret/,
    ],
    ['a Redis that is none', { global: { stores: { cache: { url: 'http://cache' } } } }, /begins with redis:\/\//],
    ['no public URL, so that no route has a host', { global: { publicUrl: '' } }, /global\.publicUrl is empty: set it/],
    ['a public URL that is none', { global: { publicUrl: 'photos.example.org' } }, /publicUrl/],
    [
      'an HTTPRoute without a Gateway',
      { httpRoute: { enabled: true, parentRefs: [] } },
      /httpRoute\.parentRefs is empty/,
    ],
    ['Kafka without brokers', { global: kafka }, /global\.kafka\.brokers is empty/],
    [
      'a password of the mail server in its URL',
      { global: { stores: { smtp: { url: 'smtp://d:secret@mail:587' } } } },
      /global\.stores\.smtp\.url has a password/,
    ],
    ['a mail server that is none', { global: { stores: { smtp: { url: 'mail.example.org' } } } }, /smtp/],
    [
      'a provider in the clear',
      { auth: { oidc: { providers: [{ id: 'x', name: 'X', issuer: 'http://id.example.org', clientId: 'd' }] } } },
      /issuer/,
    ],
    ['a broker that is unknown', { global: { pubsub: 'rabbitmq' } }, /pubsub/],
    ['a store that is unknown', { post: { stores: ['mysql'] } }, /stores/],
    [
      'an app that ends before its sidecar',
      { feed: { shutdown: { lingerSeconds: 5 } } },
      /feed\.dapr\.blockShutdownSeconds must be less/,
    ],
    ['a digest that is none', { feed: { image: { digest: 'latest' } } }, /digest/],
  ])('%s', async (_, values, sentence) => {
    const { code, output } = await template(values)
    expect(code).not.toBe(0)
    expect(output).toMatch(sentence)
  })

  test('all of them at once', async () => {
    const { output } = await template({}, { files: [] })
    for (const name of ['publicUrl', 'postgres', 'mongodb', 'redis', 's3']) expect(output).toContain(name)
  })

  test('a cluster without Dapr', async () => {
    const { code, output } = await template({}, { args: ['--api-versions', 'apps/v1/Deployment'] })
    expect(code).not.toBe(0)
    expect(output).toContain('this cluster has no Dapr: install it first')
  })
})
