import { existsSync, readdirSync, rmSync, statSync } from 'node:fs'
import type { Server } from 'node:http'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import {
  ensureDapr,
  planSentry,
  type ProvisionContext,
  type Report,
  type Sentry,
  setUpAll,
  stopDocker,
  type StorePlan,
} from '../provision/index.ts'
import { namespace, trustDomain } from './access-control.ts'
import { serveControls, type SystemView } from './control.ts'
import { Failure } from './failure.ts'
import type { Home } from './home.ts'
import { type Instance, placeInstances } from './instances.ts'
import { takeLock } from './lock.ts'
import { tailOf } from './logs.ts'
import { factsOf, type Manifest, readManifest } from './manifest.ts'
import { migrate } from './migrations.ts'
import { choosePort } from './ports.ts'
import { familyOf, identify, signalProcess } from './process-table.ts'
import { environmentOf, serviceSpec, storesOf } from './services.ts'
import { type Broker, sidecarSpec, writeLocalConfiguration } from './sidecars.ts'
import { startStores, type Stores } from './stores.ts'
import { endLeftovers, Supervisor } from './supervisor.ts'
import { ensureWebBuild } from '../web/build.ts'

export interface SystemOptions {
  home: Home
  /** The gateway's; the others follow from it. */
  port: number
  broker: Broker
  /** Instances by app id; one where nothing is said. */
  scale: Record<string, number>
  report: Report
  /** Another list of apps than dapr.yaml: for tests of the runner. */
  manifest?: string
}

export interface System {
  url: string
  stores: Stores
  instances: Instance[]
  stop(): Promise<void>
  /** Ends `stop` or a start that hangs at once, by force. */
  hasten(): void
}

const storePorts: Record<string, number> = {
  sentry: 5480,
  mail: 5481,
  postgres: 5482,
  mongodb: 5483,
  redis: 5484,
  'redis-broker': 5485,
  'redis-cache': 5486,
  s3: 5487,
  kafka: 5488,
  'kafka-controller': 5489,
  'mail-inbox': 8089,
}
const readyTimeoutMs = 90_000

/** Starts everything and resolves when all services are ready. What it started is stopped again if that fails. */
export async function startSystem(options: SystemOptions, signal: AbortSignal): Promise<System> {
  const { home, port, report } = options
  const url = (process.env['PUBLIC_URL'] || `http://localhost:${port}`).replace(/\/+$/, '')
  const startedAt = new Date().toISOString()
  const release = takeLock(home, url)
  const supervisor = new Supervisor(home, report)
  let phase: SystemView['phase'] = 'starting'
  let controls: Server | undefined
  let stopping: Promise<void> | undefined
  const ctx = contextOf(home, port, report)

  async function tearDown(): Promise<void> {
    phase = 'stopping'
    await supervisor.close()
    await stopDocker(ctx)
    controls?.close()
    controls?.closeAllConnections()
    rmSync(home.socket, { force: true })
    release()
  }
  function stop(): Promise<void> {
    stopping ??= tearDown()
    return stopping
  }

  try {
    await endLeftovers(home, report)
    supervisor.extra = { runner: identify(process.pid), url }
    supervisor.save()
    removeNames(home)
    const manifest = readManifest(options.manifest)
    const instances = await placeInstances(manifest, port, options.scale)
    controls = await serveControls(home, {
      view: () => viewSystem(phase, url, startedAt, supervisor),
      act: (name, action) => act(supervisor, instances, name, action),
    })

    const broker = options.broker === 'kafka' ? 'kafka' : 'broker'
    await setUpAll(ctx, { kafka: options.broker === 'kafka' })
    const storesReady = startStores(ctx, supervisor, [...storesOf(manifest.apps), 'cache', broker])
    const sentryReady = startSentry(ctx, supervisor)
    const [stores, { sentry, daprd }] = await Promise.all([storesReady, sentryReady, prepareWebApp(manifest, report)])
    signal.throwIfAborted()
    supervisor.extra = { ...supervisor.extra, inbox: stores.mail?.details?.['inbox'] }

    const configuration = writeLocalConfiguration(home, process.env)
    async function startSidecars(): Promise<void> {
      for (const instance of instances) {
        if (!instance.sidecar) continue
        const spec = await sidecarSpec({
          ...{ home, manifest, daprd, sentry, configuration, stores, broker: options.broker },
          instance: { ...instance, sidecar: instance.sidecar },
        })
        const { name: _name, ...ports } = instance.sidecar
        supervisor.start({ kind: 'sidecar', spec, ports })
      }
    }
    async function startServices(): Promise<void> {
      const environments = await Promise.all(manifest.apps.map((app) => environmentOf(app, home, stores, url)))
      const byApp = Object.fromEntries(manifest.apps.map((app, index) => [app.id, environments[index]]))
      supervisor.extra = { ...supervisor.extra, environments: byApp }
      const identity = await dataIdentities(stores)
      await Promise.all(
        manifest.apps.map(async (app, index) => {
          const environment = environments[index] ?? {}
          await migrate(app, home, environment, identity(factsOf(app), app.id, home), report)
          signal.throwIfAborted()
          for (const instance of instances.filter((one) => one.app === app)) {
            const spec = serviceSpec(instance, environment, instances)
            supervisor.start({ kind: 'service', spec, ports: { port: instance.port } })
          }
        }),
      )
    }
    report('starting services and sidecars')
    await Promise.all([startServices(), startSidecars()])
    await untilReady(instances, supervisor, signal)
    phase = 'ready'
    return { url, stores, instances, stop, hasten: () => supervisor.hasten() }
  } catch (error) {
    await stop()
    // A build or a migration that was under way has nobody to wait for it.
    for (const pid of familyOf(process.pid).slice(1)) signalProcess(pid, 'SIGTERM')
    throw error
  }
}

/** For the gateway, unless it is told of another build. */
async function prepareWebApp({ apps }: Manifest, report: Report): Promise<void> {
  if (apps.some(({ id }) => id === 'gateway') && !process.env['WEB_DIR']) await ensureWebBuild(report)
}

function contextOf(home: Home, port: number, report: Report): ProvisionContext {
  const ports = new Map<string, Promise<number>>()
  let others = 0
  return {
    home: home.path,
    report,
    env: process.env,
    port(name) {
      const chosen = ports.get(name) ?? choosePort((storePorts[name] ?? 5490 + others++) + port - 8080)
      ports.set(name, chosen)
      return chosen
    },
  }
}

/** Names of an earlier run lead nowhere; while sidecars run the file must stay. */
function removeNames(home: Home): void {
  for (const name of readdirSync(home.run)) {
    if (name.startsWith('names.db')) rmSync(join(home.run, name))
  }
}

async function startSentry(ctx: ProvisionContext, supervisor: Supervisor): Promise<{ sentry: Sentry; daprd: string }> {
  const dapr = await ensureDapr(ctx)
  const sentry = await planSentry(ctx, { sentry: dapr.sentry, trustDomain, namespace })
  await sentry.prepare()
  supervisor.start({ kind: 'control', spec: sentry.process, ports: { port: await ctx.port('sentry') } })
  await sentry.ready(30_000)
  return { sentry, daprd: dapr.daprd }
}

/** Tells which data a store holds, so that migrations run again when it was replaced; null where it is not ours. */
async function dataIdentities(
  stores: Stores,
): Promise<(facts: string[], database: string, home: Home) => string | null> {
  const postgres = isOurs(stores.postgres) ? await databasesOf(stores.postgres.url) : null
  return (facts, database, home) => {
    if (facts.includes('postgres.url')) return postgres?.get(database) ?? null
    const folder = join(home.path, 'mongodb')
    if (!facts.includes('mongodb.url')) return ''
    return isOurs(stores.mongodb) && existsSync(folder) ? String(statSync(folder).birthtimeMs) : null
  }
}

function isOurs(plan: StorePlan | undefined): plan is StorePlan {
  return plan !== undefined && plan.process !== null
}

async function databasesOf(url: string): Promise<Map<string, string>> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    const { rows } = await client.query<{ name: string; identity: string }>(
      `select datname as name, system_identifier || '/' || oid as identity from pg_database, pg_control_system()`,
    )
    return new Map(rows.map(({ name, identity }) => [name, identity]))
  } finally {
    await client.end()
  }
}

async function act(supervisor: Supervisor, instances: Instance[], name: string, action: string): Promise<void> {
  if (action === 'stop' || action === 'start') {
    for (const part of partsOf(instances, name))
      await (action === 'stop' ? supervisor.stop(part) : supervisor.startAgain(part))
    return
  }
  if (!/^SIG[A-Z0-9]+$/.test(action)) throw new Error(`Unknown action: ${action}`)
  supervisor.signal(name, action as NodeJS.Signals)
}

/** One of several instances leaves as a pod does, with its sidecar, which would go on taking calls for it. */
function partsOf(instances: Instance[], name: string): string[] {
  const instance = instances.find((one) => one.name === name)
  const isOneOfMany = instances.some((one) => one !== instance && one.app === instance?.app)
  return instance?.sidecar && isOneOfMany ? [name, instance.sidecar.name] : [name]
}

async function viewSystem(
  phase: SystemView['phase'],
  url: string,
  startedAt: string,
  supervisor: Supervisor,
): Promise<SystemView> {
  const processes = await Promise.all(
    supervisor.views().map(async (view) => ({ ...view, ready: view.phase === 'running' && (await isReady(view)) })),
  )
  return { phase, url, startedAt, processes }
}

async function isReady(view: { kind: string; ports: Record<string, number> }): Promise<boolean> {
  const { port, httpPort } = view.ports
  if (view.kind === 'service') return answers(`http://127.0.0.1:${port}/readyz`)
  if (view.kind === 'sidecar') return answers(`http://127.0.0.1:${httpPort}/v1.0/healthz/outbound`)
  return true
}

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(2000) })
    await response.body?.cancel()
    return response.ok
  } catch {
    return false
  }
}

async function untilReady(instances: Instance[], supervisor: Supervisor, signal: AbortSignal): Promise<void> {
  const deadline = performance.now() + readyTimeoutMs
  const waiting = new Map(instances.map((instance) => [instance.name, instance.port]))
  while (waiting.size > 0) {
    signal.throwIfAborted()
    await Promise.all(
      [...waiting].map(async ([name, port]) => {
        if (await answers(`http://127.0.0.1:${port}/readyz`)) waiting.delete(name)
      }),
    )
    const views = supervisor.views()
    const broken = views.find(({ name, restarts }) => waiting.has(name) && restarts >= 3)
    if (broken) throw new Failure(notReady(`${broken.name} does not start.`, broken.log))
    if (performance.now() > deadline && waiting.size > 0) {
      const [first = ''] = waiting.keys()
      const log = views.find(({ name }) => name === first)?.log ?? ''
      throw new Failure(
        notReady(`Not ready within ${readyTimeoutMs / 1000} s: ${[...waiting.keys()].join(', ')}.`, log),
      )
    }
    if (waiting.size > 0) await sleep(100)
  }
}

function notReady(sentence: string, log: string): string {
  return [`${sentence} The end of ${log}:`, ...tailOf(log, 15).map((line) => `    ${line}`)].join('\n')
}
