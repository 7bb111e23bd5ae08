import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Access, apply, type Deployment, get, kubectl, list, type Pod } from '../../tools/cluster/kubectl.ts'
import { openForwards } from '../../tools/cluster/port-forward.ts'
import { type Reach, signalContainer, statusOf } from '../../tools/cluster/processes.ts'
import { act, viewOf } from '../../tools/run/control.ts'
import { openHome } from '../../tools/run/home.ts'
import type { TestSystem } from './system.ts'

/** What E2E_CLUSTER tells, as JSON or as the path of a file of it: a release that is installed, and how to get at it. */
export interface ClusterOfTests {
  kubeconfig: string
  /** Where kubectl and helm are. */
  path: string
  namespace: string
  release: string
  /** Of the public door, as the tests reach it. */
  url: string
  isBehindProxy: boolean
  reach: Reach
  /** The home of the runner of stores beside the cluster, or the namespace of those in it. */
  stores: { home: string } | { namespace: string }
  /** Where the tests reach what pods know by another address: `host:port` by `host:port`. */
  addresses: Record<string, string>
}

export function readClusterOfTests(text: string): ClusterOfTests {
  return JSON.parse(existsSync(text) ? readFileSync(text, 'utf8') : text) as ClusterOfTests
}

export function accessOf({ kubeconfig, path, namespace }: ClusterOfTests): Access {
  return { env: { ...process.env, PATH: path, KUBECONFIG: kubeconfig }, namespace }
}

const replicasKept = 'tests.daguerre/replicas'
const servicePort = 'http'
const sidecarPort = 3500
/** Longer than any pod takes to come. */
const readyTimeoutMs = 180_000

/**
 * A release in a cluster, as the tests know a local system. Names stand for apps (`post`, `post-sidecar`), whatever
 * the number of their pods: what is done is done to all. A sidecar that is stopped is frozen, since its pod would start it again.
 */
export function connectCluster(facts: ClusterOfTests): TestSystem {
  const access = accessOf(facts)
  const forwards = openForwards(access)
  const known = new Map<string, Record<string, string>>()
  const frozen = new Set<string>()

  function selectorOf(app: string): string {
    return `app.kubernetes.io/instance=${facts.release},app.kubernetes.io/name=${app},app.kubernetes.io/component=service`
  }
  /** Those that are not on their way out, the oldest first. */
  async function podsOf(app: string): Promise<Pod[]> {
    const pods = await list<Pod>(access, 'pods', '-l', selectorOf(app))
    return pods
      .filter(({ metadata, status }) => !metadata.deletionTimestamp && status.phase !== 'Failed')
      .toSorted((a, b) => a.metadata.creationTimestamp.localeCompare(b.metadata.creationTimestamp))
  }
  async function deployments(): Promise<Deployment[]> {
    const labels = `app.kubernetes.io/instance=${facts.release},app.kubernetes.io/component=service`
    return await list<Deployment>(access, 'deployments', '-l', labels)
  }
  function deploymentOf(app: string): string {
    return `deployment/${facts.release}-${app}`
  }

  async function isService(name: string): Promise<boolean> {
    return (await deployments()).some(({ metadata }) => metadata.labels?.['app.kubernetes.io/name'] === name)
  }
  /** The app and the container that a name stands for; undefined for a store. */
  async function partOf(name: string): Promise<{ app: string; container: string } | undefined> {
    const app = name.replace(/-sidecar$/, '')
    if (!(await isService(app))) return undefined
    return { app, container: app === name ? app : 'daprd' }
  }

  async function actOnStore(name: string, action: string): Promise<void> {
    if ('home' in facts.stores) return await act(openHome(facts.stores.home), name, action)
    const inside = { ...access, namespace: facts.stores.namespace }
    if (action === 'stop' || action === 'start') {
      await kubectl(inside, ['scale', `statefulset/${name}`, `--replicas=${action === 'stop' ? 0 : 1}`])
      await kubectl(inside, ['rollout', 'status', `statefulset/${name}`, '--timeout=120s'])
      return
    }
    for (const pod of await list<Pod>(inside, 'pods', '-l', `app.kubernetes.io/name=${name}`)) {
      await signalContainer(inside, facts.reach, pod, pod.spec.containers[0]?.name ?? '', action as NodeJS.Signals)
    }
  }

  async function signalAll(app: string, container: string, signal: NodeJS.Signals): Promise<void> {
    // One that is just being started has nothing to be signalled.
    const before = (await podsOf(app)).filter((pod) => statusOf(pod, container)?.state.running)
    if (before.length === 0) throw new Error(`${container} of ${app} does not run now.`)
    await Promise.all(before.map((pod) => signalContainer(access, facts.reach, pod, container, signal)))
    if (signal === 'SIGSTOP' || signal === 'SIGCONT') return
    // The kubelet tells of an end a moment later; until then everything looks as before.
    const deadline = performance.now() + 20_000
    for (const pod of before) {
      const restarts = statusOf(pod, container)?.restartCount ?? 0
      while (performance.now() < deadline) {
        const now = (await podsOf(app)).find(({ metadata }) => metadata.uid === pod.metadata.uid)
        const status = now && statusOf(now, container)
        if (!status || status.restartCount > restarts) break
        await replaceHeldBack()
        await sleep(100)
      }
    }
  }

  async function signal(name: string, sent: NodeJS.Signals): Promise<void> {
    const part = await partOf(name)
    if (!part) return await actOnStore(name, sent)
    await signalAll(part.app, part.container, sent)
  }

  async function stop(name: string): Promise<void> {
    const part = await partOf(name)
    if (!part) return await actOnStore(name, 'stop')
    const { app, container } = part
    if (container !== app) {
      await signalAll(app, container, 'SIGSTOP')
      frozen.add(name)
      return
    }
    const { spec } = await get<Deployment>(access, deploymentOf(app))
    if (spec.replicas > 0) {
      await kubectl(access, ['annotate', '--overwrite', deploymentOf(app), `${replicasKept}=${spec.replicas}`])
      await kubectl(access, ['scale', deploymentOf(app), '--replicas=0'])
    }
    // How a pod takes its leave in peace is not what is tested here.
    await kubectl(access, ['delete', 'pods', '-l', selectorOf(app), '--grace-period=2', '--ignore-not-found'])
  }

  async function start(name: string): Promise<void> {
    const part = await partOf(name)
    if (!part) return await actOnStore(name, 'start')
    const { app, container } = part
    if (container !== app) {
      frozen.delete(name)
      // The kubelet may have ended a frozen one already, as it answers no probe; then it is started without this.
      const isThere = (await podsOf(app)).some((pod) => statusOf(pod, container)?.state.running)
      return isThere ? await signalAll(app, container, 'SIGKILL') : undefined
    }
    const { metadata, spec } = await get<Deployment>(access, deploymentOf(app))
    if (spec.replicas > 0) return
    const replicas = metadata.annotations?.[replicasKept] ?? '1'
    await kubectl(access, ['scale', deploymentOf(app), `--replicas=${replicas}`])
  }

  async function view(): ReturnType<TestSystem['view']> {
    const [apps, pods] = await Promise.all([
      deployments(),
      list<Pod>(access, 'pods', '-l', `app.kubernetes.io/instance=${facts.release}`),
    ])
    const processes = apps.flatMap(({ metadata, spec, status }) => {
      const app = metadata.labels?.['app.kubernetes.io/name'] ?? ''
      const own = pods.filter(
        (pod) =>
          pod.metadata.labels?.['app.kubernetes.io/name'] === app &&
          pod.metadata.labels['app.kubernetes.io/component'] === 'service' &&
          !pod.metadata.deletionTimestamp,
      )
      const names = own.some((pod) => statusOf(pod, 'daprd')) ? [app, `${app}-sidecar`] : [app]
      return names.map((name) => {
        const container = name === app ? app : 'daprd'
        const statuses = own.map((pod) => statusOf(pod, container))
        const isWhole = spec.replicas > 0 && own.length === spec.replicas && status.readyReplicas === spec.replicas
        const isStopped = spec.replicas === 0 || frozen.has(name)
        return {
          name,
          kind: name === app ? ('service' as const) : ('sidecar' as const),
          phase: isStopped ? ('stopped' as const) : ('running' as const),
          pid: null,
          ports: {},
          restarts: statuses.reduce((sum, one) => sum + (one?.restartCount ?? 0), 0),
          log: '',
          ready: isWhole && !isStopped && statuses.every((one) => one?.ready),
        }
      })
    })
    const stores = 'home' in facts.stores ? ((await viewOf(openHome(facts.stores.home)))?.processes ?? []) : []
    const all = [...processes, ...stores]
    const phase = all.every(({ ready }) => ready) ? ('ready' as const) : ('starting' as const)
    return { phase, url: facts.url, startedAt: '', processes: all }
  }

  /** What was killed often is waited for ever longer by the kubelet; a new pod is there in seconds. */
  async function replaceHeldBack(): Promise<void> {
    for (const pod of await list<Pod>(access, 'pods', '-l', `app.kubernetes.io/instance=${facts.release}`)) {
      const isHeldBack = pod.status.containerStatuses?.some(({ state }) => state.waiting?.reason === 'CrashLoopBackOff')
      if (isHeldBack && !pod.metadata.deletionTimestamp) {
        await kubectl(access, [
          'delete',
          'pod',
          pod.metadata.name,
          '--grace-period=0',
          '--force',
          '--wait=false',
          '--ignore-not-found',
        ])
      }
    }
  }

  async function firstPod(app: string): Promise<Pod> {
    const pods = await podsOf(app)
    const pod = pods.find((one) => statusOf(one, app)?.ready) ?? pods[0]
    if (!pod) throw new Error(`${app} has no pod now.`)
    return pod
  }

  async function endpointOf(app: string, pod: Pod): Promise<{ url: string; token: string }> {
    const container = pod.spec.containers.find(({ name }) => name === app) as
      | { ports?: { name: string; containerPort: number }[] }
      | undefined
    const port = container?.ports?.find(({ name }) => name === servicePort)?.containerPort
    if (!port) throw new Error(`${app} has no port ${servicePort}.`)
    const local = await forwards.to(`pod/${pod.metadata.name}`, port)
    return { url: `http://127.0.0.1:${local}`, token: environment(app)['APP_API_TOKEN'] ?? '' }
  }

  function read<Result>(...args: string[]): Result {
    const all = [`--namespace=${access.namespace}`, 'get', ...args, '-o', 'json']
    return JSON.parse(execFileSync('kubectl', all, { env: access.env, encoding: 'utf8' })) as Result
  }

  /** As pods have it, with the addresses by which the tests reach the same. */
  function environment(app: string): Record<string, string> {
    const found = known.get(app)
    if (found) return found
    const { spec } = read<Deployment>(deploymentOf(app))
    const secrets = new Map<string, Record<string, string>>()
    function secret(name: string, key: string): string {
      const data = secrets.get(name) ?? read<{ data: Record<string, string> }>('secret', name).data
      secrets.set(name, data)
      return Buffer.from(data[key] ?? '', 'base64').toString()
    }
    const container = spec.template.spec.containers.find(({ name }) => name === app)
    const values: Record<string, string> = {}
    for (const { name, value, valueFrom } of container?.env ?? []) {
      const { secretKeyRef } = valueFrom ?? {}
      values[name] = secretKeyRef ? secret(secretKeyRef.name, secretKeyRef.key) : (value ?? '')
    }
    for (const [name, value] of Object.entries(values)) {
      if (!/_(URL|ENDPOINT)$/.test(name) || !URL.canParse(value)) continue
      const url = new URL(value)
      const password = values[name.replace(/_URL$/, '_PASSWORD')]
      if (name.endsWith('_URL') && url.password === '' && password) url.password = encodeURIComponent(password)
      const here = facts.addresses[url.host]
      if (here) url.host = here
      if (here && url.protocol === 'mongodb:') {
        // The other members know each other by addresses of the cluster.
        url.searchParams.delete('replicaSet')
        url.searchParams.set('directConnection', 'true')
      }
      values[name] = url.href
    }
    known.set(app, values)
    return values
  }

  return {
    url: facts.url,
    get home() {
      if ('home' in facts.stores) return facts.stores.home
      throw new Error('The stores of this system are in its cluster: they have no home.')
    },
    inbox: null,
    isBehindProxy: facts.isBehindProxy,
    commandEnvironment: () => ({
      ...access.env,
      DAGUERRE_NAMESPACE: facts.namespace,
      DAGUERRE_RELEASE: facts.release,
    }),
    view,
    environment,
    stop,
    start,
    kill: (name, sent = 'SIGKILL') => signal(name, sent),
    pause: (name) => signal(name, 'SIGSTOP'),
    resume: (name) => signal(name, 'SIGCONT'),
    async waitReady(names, timeoutMs = 60_000) {
      // A pod takes longer to come than a process.
      const limitMs = Math.max(timeoutMs, readyTimeoutMs)
      const deadline = performance.now() + limitMs
      for (;;) {
        const { processes } = await view()
        const waiting = processes.filter(({ name, ready }) => !ready && (!names || names.includes(name)))
        if (waiting.length === 0) return
        if (performance.now() > deadline) {
          throw new Error(`Not ready after ${limitMs} ms: ${waiting.map(({ name }) => name).join(', ')}`)
        }
        await replaceHeldBack()
        await sleep(200)
      }
    },
    async sidecar(app) {
      const { metadata } = await firstPod(app)
      const port = await forwards.to(`pod/${metadata.name}`, sidecarPort)
      return { url: `http://127.0.0.1:${port}`, token: environment(app)['DAPR_API_TOKEN'] ?? '' }
    },
    service: async (app) => await endpointOf(app, await firstPod(app)),
    instances: async (app) => await Promise.all((await podsOf(app)).map((pod) => endpointOf(app, pod))),
    async stranger(appId) {
      const objects = strangerObjects(appId, facts.release, await imageOf('gateway'))
      await apply(access, objects)
      await kubectl(access, ['wait', `pod/${appId}`, '--for=condition=Ready', '--timeout=120s'])
      const port = await forwards.to(`pod/${appId}`, sidecarPort)
      return {
        url: `http://127.0.0.1:${port}`,
        token: strangersToken,
        async close() {
          const policies = [`networkpolicy/${appId}`, `networkpolicy/${appId}-egress`]
          const names = [`pod/${appId}`, `secret/${appId}`, ...policies]
          await kubectl(access, ['delete', ...names, '--grace-period=0', '--force', '--ignore-not-found'])
        },
      }
    },
    database: (app) => environment(app)['DATABASE_URL'] ?? '',
    log(name) {
      const app = name.replace(/-sidecar$/, '')
      const args = ['logs', `--namespace=${access.namespace}`, deploymentOf(app), '-c', app === name ? app : 'daprd']
      return execFileSync('kubectl', args, { env: access.env, encoding: 'utf8', maxBuffer: 256 * 2 ** 20 })
    },
    async close() {
      forwards.close()
    },
  }

  async function imageOf(app: string): Promise<string> {
    const { spec } = await get<Deployment>(access, deploymentOf(app))
    return spec.template.spec.containers.find(({ name }) => name === app)?.image ?? ''
  }
}

const strangersToken = 'the-token-of-the-stranger'

/** A pod with a sidecar. While it is there, the network lets it and all of the release everywhere: what refuses then is Dapr. */
function strangerObjects(name: string, release: string, image: string): object[] {
  const labels = { 'app.kubernetes.io/name': name }
  const releaseLabels = { 'app.kubernetes.io/instance': release }
  const everybody = [{ podSelector: { matchLabels: labels } }, { podSelector: { matchLabels: releaseLabels } }]
  const restricted = { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } }
  return [
    { apiVersion: 'v1', kind: 'Secret', metadata: { name }, stringData: { token: strangersToken } },
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name },
      spec: {
        podSelector: { matchLabels: releaseLabels },
        policyTypes: ['Ingress', 'Egress'],
        ingress: [{ from: everybody }],
        egress: [{ to: everybody }],
      },
    },
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: `${name}-egress` },
      spec: { podSelector: { matchLabels: labels }, policyTypes: ['Egress'], egress: [{}] },
    },
    {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        name,
        labels,
        annotations: {
          'dapr.io/enabled': 'true',
          'dapr.io/app-id': name,
          'dapr.io/api-token-secret': name,
          'dapr.io/sidecar-seccomp-profile-type': 'RuntimeDefault',
          'dapr.io/disable-builtin-k8s-secret-store': 'true',
        },
      },
      spec: {
        securityContext: { runAsNonRoot: true, runAsUser: 65532, seccompProfile: { type: 'RuntimeDefault' } },
        containers: [
          {
            name: 'idle',
            image,
            command: ['/nodejs/bin/node', '-e', 'setInterval(() => {}, 60_000)'],
            securityContext: restricted,
          },
        ],
      },
    },
  ]
}
