import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { stringify } from 'yaml'
import {
  daprdSpec,
  ensureDapr,
  planSentry,
  type ProvisionContext,
  type Report,
  type Sentry,
} from '../../tools/provision/index.ts'
import { makeTestHome, removeAbandoned, removeHome } from '../../tests/setup/stores.ts'
import { namespace, trustDomain } from '../../tools/run/access-control.ts'
import { type Home, root, writeAtomically } from '../../tools/run/home.ts'
import { choosePort } from '../../tools/run/ports.ts'
import { identify } from '../../tools/run/process-table.ts'
import { sidecarEnvironment, writeLocalConfiguration } from '../../tools/run/sidecars.ts'
import { startStores } from '../../tools/run/stores.ts'
import { Supervisor } from '../../tools/run/supervisor.ts'
import type { KnownProcess } from '../measure/kinds.ts'
import type { AppOptions, Order } from './app.ts'
import { askMethod } from './grpc.ts'

const ids = ['caller', 'http', 'h2c', 'grpc'] as const
/** Of one measurement, on a machine that does much else. */
const longestMs = 120_000
const token = 'the-token-of-the-bench'

export interface Apps {
  redisUrl: string
  processes: () => Promise<KnownProcess[]>
  /** Resolves when the app has done it. */
  order: (id: AppOptions['id'], order: Order) => Promise<void>
  close: () => Promise<void>
}

/** A Redis, a certificate authority, and four apps with a sidecar each, as the local run starts them. */
export async function openApps(bulk: number, report: Report): Promise<Apps> {
  await removeAbandoned()
  const home = makeTestHome()
  const supervisor = new Supervisor(home, report)
  supervisor.extra = { runner: identify(process.pid) }
  function endAtExit(): void {
    supervisor.hasten()
  }
  process.on('exit', endAtExit)
  async function close(): Promise<void> {
    await supervisor.close()
    process.off('exit', endAtExit)
    removeHome(home)
  }
  try {
    return { ...(await start({ home, supervisor, bulk, report })), close }
  } catch (error) {
    await close()
    throw error
  }
}

async function start(options: {
  home: Home
  supervisor: Supervisor
  bulk: number
  report: Report
}): Promise<Omit<Apps, 'close'>> {
  const { home, supervisor, bulk, report } = options
  const ctx = contextOf(home, report)
  const { redis } = await startStores(ctx, supervisor, ['redis'])
  const { daprd, sentry: command } = await ensureDapr(ctx)
  const sentry = await planSentry(ctx, { sentry: command, trustDomain, namespace })
  await sentry.prepare()
  supervisor.start({ kind: 'control', spec: sentry.process })
  await sentry.ready(30_000)

  const configFiles = [writeAccessControl(home), writeLocalConfiguration(home, {})]
  const env = sidecarEnvironment({ broker: redis! })
  const directPort = await ctx.port('http')
  const apps = await Promise.all(
    ids.map(async (id): Promise<AppOptions> => ({
      ...{ id, token, bulk, directPort },
      port: await ctx.port(id),
      controlPort: await ctx.port(`${id} control`),
      httpPort: await ctx.port(`${id} sidecar's HTTP`),
      grpcPort: await ctx.port(`${id} sidecar's gRPC`),
    })),
  )
  for (const app of apps) {
    startApp(supervisor, app)
    await startSidecar({ supervisor, ctx, app, daprd, sentry, configFiles, env })
  }
  for (const { httpPort } of apps) await untilHealthy(httpPort)

  async function order(id: AppOptions['id'], what: Order): Promise<void> {
    const url = `http://127.0.0.1:${apps.find((app) => app.id === id)!.controlPort}`
    const signal = AbortSignal.timeout(longestMs)
    const answer = await fetch(url, { method: 'POST', body: JSON.stringify(what), signal })
    if (!answer.ok) throw new Error(`${id}: ${await answer.text()}`)
  }
  await order('http', { stream: true })
  return { redisUrl: redis!.url, processes: () => Promise.resolve(processesOf(supervisor)), order }
}

function processesOf(supervisor: Supervisor): KnownProcess[] {
  return supervisor.views().map(({ name, pid, phase, log }) => {
    if (pid === null) throw new Error(`${name} is ${phase}: ${log}`)
    return { kind: name, pid }
  })
}

function contextOf(home: Home, report: Report): ProvisionContext {
  const ports = new Map<string, Promise<number>>()
  return {
    ...{ home: home.path, env: process.env, report },
    port(name) {
      const port = ports.get(name) ?? choosePort(23_000 + ports.size)
      ports.set(name, port)
      return port
    },
  }
}

function startApp(supervisor: Supervisor, options: AppOptions): void {
  const spec = {
    name: options.id,
    command: process.execPath,
    args: [join(import.meta.dirname, 'app.ts')],
    // As dapr.yaml has it for services.
    env: { NODE_OPTIONS: '--max-semi-space-size=16', APP_OPTIONS: JSON.stringify(options) },
  }
  supervisor.start({ kind: 'service', spec })
}

async function startSidecar(options: {
  supervisor: Supervisor
  ctx: ProvisionContext
  app: AppOptions
  daprd: string
  sentry: Sentry
  configFiles: string[]
  env: Record<string, string>
}): Promise<void> {
  const { supervisor, ctx, app, ...rest } = options
  const { id, httpPort, grpcPort } = app
  const spec = daprdSpec({
    ...rest,
    ...{ appId: id, name: `${id}-sidecar`, appPort: id === 'caller' ? null : app.port, httpPort, grpcPort },
    internalGrpcPort: await ctx.port(`${id} sidecar's calls`),
    metricsPort: await ctx.port(`${id} sidecar's metrics`),
    resourcesPaths: ['common', 'pubsub-redis'].map((folder) => join(root, 'components', folder)),
    apiToken: token,
    appApiToken: token,
  })
  // The last one counts.
  const args = id === 'caller' ? spec.args : [...spec.args, '--app-protocol', id]
  supervisor.start({ kind: 'sidecar', spec: { ...spec, args } })
}

/** Who is called lets the caller do just that, as services do. */
function writeAccessControl(home: Home): string {
  const path = join(home.run, 'access-control.yaml')
  const operations = [
    { name: '/internal/posts/states', httpVerb: ['POST'], action: 'allow' },
    { name: askMethod.path, httpVerb: ['*'], action: 'allow' },
  ]
  const caller = { appId: 'caller', defaultAction: 'deny', trustDomain, namespace, operations }
  const spec = { accessControl: { defaultAction: 'deny', trustDomain, policies: [caller] } }
  const configuration = { apiVersion: 'dapr.io/v1alpha1', kind: 'Configuration', metadata: { name: 'protocols' }, spec }
  writeAtomically(path, stringify(configuration))
  return path
}

async function untilHealthy(httpPort: number): Promise<void> {
  for (let tries = 0; ; tries++) {
    const answer = await fetch(`http://127.0.0.1:${httpPort}/v1.0/healthz`).catch(() => undefined)
    await answer?.body?.cancel()
    if (answer?.ok) return
    if (tries === 600) throw new Error('A sidecar does not become healthy.')
    await sleep(100)
  }
}
