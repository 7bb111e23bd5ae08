import { internalRoutes } from '@daguerre/contracts'
import { type Access, apply, get, kubectl, list, type Pod } from '../../../tools/cluster/kubectl.ts'
import type { Bench } from '../bench.ts'
import { release } from '../bench.ts'
import { nameOf } from '../images.ts'
import { demand, type Proof } from '../proof.ts'

export const refusals: Proof = {
  number: 3,
  name: 'Dapr, tokens, mTLS and the network refuse what is not named, and let through what is',
  async run(bench) {
    const ways = await sidecarsReachWhomTheyAsk(bench)
    const stranger = await bench.system.stranger('stranger')
    try {
      await apply(bench.cluster.access, [outsider(bench)])
      await kubectl(bench.cluster.access, ['wait', 'pod/outsider', '--for=condition=Ready', '--timeout=60s'])
      const said = [
        await strangersAreRefused(bench, stranger),
        await appsAreRefused(bench),
        await tokensAreWanted(bench),
        await sidecarsSpeakTls(bench),
        await outsidersReachNothing(bench),
        await servicesReachWhatTheyNeed(bench),
        ways,
      ]
      return said.join('; ')
    } finally {
      await stranger.close()
      const remove = ['delete', 'pod', 'outsider', '--grace-period=0', '--force', '--ignore-not-found']
      await kubectl(bench.cluster.access, remove)
    }
  },
}

interface Sidecar {
  url: string
  token: string
}

async function invoke({ url, token }: Sidecar, app: string, path: string): Promise<number> {
  const response = await fetch(`${url}/v1.0/invoke/${app}/method${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'dapr-api-token': token },
    body: '{}',
    signal: AbortSignal.timeout(30_000),
  })
  await response.text()
  return response.status
}

async function strangersAreRefused(_: Bench, stranger: Sidecar): Promise<string> {
  for (const { app, path } of internalRoutes) {
    const status = await invoke(stranger, app, path)
    demand(status === 403, `an app that nobody knows asks ${app} ${path} and gets ${status}, not 403`)
  }
  return `an unknown app id gets 403 for all ${internalRoutes.length} routes`
}

async function appsAreRefused({ system }: Bench): Promise<string> {
  const callers = [...new Set(internalRoutes.flatMap((route) => route.callers))]
  let [refused, allowed] = [0, 0]
  for (const caller of callers) {
    const sidecar = await system.sidecar(caller)
    const routes = internalRoutes.filter(({ app }) => app !== caller)
    const statuses = await Promise.all(routes.map(({ app, path }) => invoke(sidecar, app, path)))
    for (const [index, { app, path, callers: named }] of routes.entries()) {
      const status = statuses[index] ?? 0
      const wanted = named.includes(caller) ? [200, 422] : [403]
      demand(wanted.includes(status), `${caller} asks ${app} ${path} and gets ${status}, not ${wanted.join(' or ')}`)
      if (named.includes(caller)) allowed++
      else refused++
    }
  }
  return `known ones get 403 for ${refused} methods that are not theirs and an answer for ${allowed} that are`
}

/** The stranger's own container may reach every service by its policy: what is left is the token. */
async function tokensAreWanted({ cluster: { access } }: Bench): Promise<string> {
  const urls = internalRoutes.map(({ app, path }) => `http://${release}-${app}${path}`)
  const script = `
    const statuses = await Promise.all(${JSON.stringify(urls)}.map(async (url) =>
      (await fetch(url, { method: 'POST', body: '{}', headers: { 'content-type': 'application/json' } })).status))
    console.log(JSON.stringify(statuses))`
  const statuses = await inPod<number[]>(access, 'stranger', 'idle', script)
  demand(
    statuses.every((status) => status === 401),
    `a pod without a sidecar gets ${statuses.join(', ')}, not 401`,
  )
  return `a pod without a sidecar gets 401 for all of them`
}

/** A sidecar shows a certificate of Dapr's own authority and wants one of its caller. */
async function sidecarsSpeakTls({ cluster: { access } }: Bench): Promise<string> {
  const configuration = await get<{ spec: { mtls?: { enabled?: boolean } } }>(
    { ...access, namespace: 'dapr-system' },
    'configurations.dapr.io/daprsystem',
  )
  demand(configuration.spec.mtls?.enabled === true, 'mTLS is off in the configuration daprsystem')
  const pod = (await list<Pod>(access, 'pods', '-l', 'app.kubernetes.io/name=post'))[0]
  const script = `
    import tls from 'node:tls'
    import net from 'node:net'
    const host = ${JSON.stringify(pod?.status.podIP)}
    const encrypted = await new Promise((resolve) => {
      let name = ''
      const socket = tls.connect({ host, port: 50002, rejectUnauthorized: false, ALPNProtocols: ['h2'] }, () => {
        name = socket.getPeerCertificate().subjectaltname
        socket.write('PRI * HTTP/2.0\\r\\n\\r\\nSM\\r\\n\\r\\n')
      })
      socket.on('error', (error) => resolve({ name, end: error.code }))
      socket.on('end', () => resolve({ name, end: 'closed' }))
      socket.setTimeout(5000, () => resolve({ name, end: 'open' }))
    })
    const plain = await new Promise((resolve) => {
      const socket = net.connect({ host, port: 50002 }, () => socket.write('PRI * HTTP/2.0\\r\\n\\r\\nSM\\r\\n\\r\\n\\0\\0\\0\\x04\\0\\0\\0\\0\\0'))
      let bytes = 0
      socket.on('data', (data) => { if (data[3] === 4) bytes += data.length })
      socket.on('close', () => resolve(bytes))
      socket.on('error', () => {})
      socket.setTimeout(5000, () => socket.destroy())
    })
    console.log(JSON.stringify({ ...encrypted, plain }))`
  const { name, end, plain } = await inPod<{ name: string; end: string; plain: number }>(
    access,
    'stranger',
    'idle',
    script,
  )
  demand(/spiffe:\/\/[^,]+\/post/.test(name ?? ''), `post's sidecar shows the certificate "${name}"`)
  demand(end !== 'open', "post's sidecar talks to a caller without a certificate")
  demand(plain === 0, "post's sidecar answers without TLS")
  return `sidecars speak TLS only, as ${/spiffe:[^,]+/.exec(name)?.[0]}, and hang up on a caller without a certificate (${end})`
}

/** Of daprd, for other sidecars. */
const sidecarPort = 50_002

type Target = [name: string, host: string, port: number]

async function targetsOf({
  cluster: { access },
  apps,
  stores,
}: Bench): Promise<{ services: Target[]; stores: Target[] }> {
  const pods = await list<Pod>(access, 'pods', '-l', `app.kubernetes.io/instance=${release}`)
  const services = apps.flatMap((app): Target[] => {
    const pod = pods.find(({ metadata }) => metadata.labels?.['app.kubernetes.io/name'] === app)
    const address = pod?.status.podIP ?? ''
    const port = (
      pod?.spec.containers.find(({ name }) => name === app) as { ports?: { containerPort: number }[] } | undefined
    )?.ports?.[0]
    const own: Target[] = [
      [app, `${release}-${app}`, 80],
      [`${app}'s pod`, address, port?.containerPort ?? 0],
    ]
    return app === 'gateway' ? own : [...own, [sidecarName(app), address, sidecarPort]]
  })
  const listeners = Object.entries(stores.listeners).map(([name, address]): Target => {
    const [host = '', port] = address.split(':')
    return [name, host, Number(port)]
  })
  return { services, stores: listeners }
}

/** Where a connection can be opened to, from a container. */
async function openFrom(access: Access, pod: string, container: string, targets: Target[]): Promise<string[]> {
  const script = `
    import net from 'node:net'
    const open = await Promise.all(${JSON.stringify(targets)}.map(([name, host, port]) => new Promise((resolve) => {
      const socket = net.connect({ host, port }, () => { socket.destroy(); resolve(name) })
      socket.on('error', () => resolve(null))
      socket.setTimeout(4000, () => { socket.destroy(); resolve(null) })
    })))
    console.log(JSON.stringify(open.filter(Boolean)))`
  return await inPod<string[]>(access, pod, container, script)
}

async function outsidersReachNothing(bench: Bench): Promise<string> {
  const { access } = bench.cluster
  const { services, stores } = await targetsOf(bench)
  // By address: a name that is not found would look like a refusal.
  const addresses = await Promise.all(
    services.map(async ([name, host, port]): Promise<Target> => {
      if (/^\d/.test(host)) return [name, host, port]
      return [name, (await get<{ spec: { clusterIP: string } }>(access, `service/${host}`)).spec.clusterIP, port]
    }),
  )
  const all = [...addresses, ...stores]
  // The same questions from who may ask: what is not open to the outsider is not just away.
  const strangers = await openFrom(access, 'stranger', 'idle', all)
  const away = all.filter(([name]) => !strangers.includes(name)).map(([name]) => name)
  demand(away.length === 0, `even a pod that may do all does not reach ${away.join(', ')}`)
  const open = await openFrom(access, 'outsider', 'idle', all)
  demand(open.length === 0, `a pod that no policy names reaches ${open.join(', ')}`)
  return `a pod that no policy names reaches none of ${addresses.length} doors of services and ${stores.length} stores`
}

/** What each is given by its environment, and its sidecar by components; all else is closed to it. */
async function servicesReachWhatTheyNeed(bench: Bench): Promise<string> {
  const { access } = bench.cluster
  const { stores } = await targetsOf(bench)
  let [open, closed] = [0, 0]
  for (const app of bench.apps) {
    const environment = bench.system.environment(app)
    const needed = new Set<string>([
      ...(environment['DATABASE_URL'] ? ['postgres'] : []),
      ...(environment['MONGODB_URL'] ? ['mongodb'] : []),
      ...(environment['REDIS_URL'] ? ['redis'] : []),
      ...(environment['S3_ENDPOINT'] ? ['s3'] : []),
      ...(app === 'gateway' ? [] : ['cache', bench.broker === 'kafka' ? 'kafka' : 'broker']),
    ])
    const reached = await openFrom(access, `deployment/${release}-${app}`, app, stores)
    for (const [name] of stores) {
      const isOpen = reached.includes(name)
      demand(isOpen || !needed.has(name), `${app} does not reach ${name}, which it needs`)
      demand(!isOpen || needed.has(name), `${app} reaches ${name}, which is not its`)
      if (isOpen) open++
      else closed++
    }
  }
  return `the eight reach their ${open} stores and none of the ${closed} others`
}

/** From sidecar to sidecar the network is open where contracts name a caller, before Dapr is asked at all. */
async function sidecarsReachWhomTheyAsk(bench: Bench): Promise<string> {
  const { access } = bench.cluster
  const { services } = await targetsOf(bench)
  const sidecars = services.filter(([, , port]) => port === sidecarPort)
  let [open, closed] = [0, 0]
  for (const app of bench.apps.filter((one) => one !== 'gateway')) {
    const others = sidecars.filter(([name]) => name !== sidecarName(app))
    const reached = await openFrom(access, `deployment/${release}-${app}`, app, others)
    for (const other of bench.apps.filter((one) => one !== 'gateway' && one !== app)) {
      const isNamed = internalRoutes.some((route) => route.app === other && route.callers.includes(app))
      const isOpen = reached.includes(sidecarName(other))
      demand(isOpen === isNamed, `${app} ${isOpen ? 'reaches' : 'does not reach'} ${other}'s sidecar`)
      if (isOpen) open++
      else closed++
    }
  }
  return `${open} ways from pod to sidecar are open, those that contracts name, and ${closed} closed`
}

function sidecarName(app: string): string {
  return `${app}'s sidecar`
}

async function inPod<Result>(access: Access, pod: string, container: string, script: string): Promise<Result> {
  const node = ['/nodejs/bin/node', '--input-type=module', '--eval', script]
  return JSON.parse(
    await kubectl(access, ['exec', pod, '-c', container, '--', ...node], { timeoutMs: 60_000 }),
  ) as Result
}

/** A pod of this namespace that no policy names, and that has no sidecar. */
function outsider({ images }: Bench): object {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'outsider' },
    spec: {
      automountServiceAccountToken: false,
      securityContext: { runAsNonRoot: true, runAsUser: 65532, seccompProfile: { type: 'RuntimeDefault' } },
      containers: [
        {
          name: 'idle',
          image: nameOf(images, 'gateway'),
          command: ['/nodejs/bin/node', '-e', 'setInterval(() => {}, 60_000)'],
          securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
        },
      ],
    },
  }
}
