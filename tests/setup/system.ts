import { spawn } from 'node:child_process'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { startProvider } from '@daguerre/kit/testing-provider'
import { act, type SystemView, viewOf } from '../../tools/run/control.ts'
import { type Home, openHome, root } from '../../tools/run/home.ts'
import { choosePort } from '../../tools/run/ports.ts'
import { readState } from '../../tools/run/supervisor.ts'
import { connectCluster, readClusterOfTests } from './cluster-system.ts'
import { startStranger } from './stranger.ts'
import { makeTestHome, removeAbandoned, removeHome } from './stores.ts'

export interface StartOptions {
  pubsub?: 'redis' | 'kafka'
  /** Instances by app id. */
  scale?: Record<string, number>
  /** Added to the environment of the runner; dapr.yaml says what of it reaches which service. */
  env?: Record<string, string>
  /** Where its data are, and stay when it is closed; otherwise they are made for this one run. */
  home?: Home
}

export interface Endpoint {
  url: string
  /** What it wants in the header `dapr-api-token`. */
  token: string
}

/** A whole system that tests look at through its public door, and take apart behind it. */
export interface TestSystem {
  /** Of the gateway. */
  url: string
  home: string
  /** Where mail that was sent can be read, by Mailpit's API; null where none is sent. */
  inbox: string | null
  /** Whether the public door is reached through an ingress, which answers some of what is no proper HTTP itself. */
  isBehindProxy: boolean
  /** What makes the commands of `npm run` act on this system. */
  commandEnvironment(): NodeJS.ProcessEnv
  view(): Promise<SystemView>
  /** Kills a process with SIGKILL or another signal; it is started again as after any crash. */
  kill(name: string, signal?: NodeJS.Signals): Promise<void>
  /** Stops a process and leaves it stopped: `post`, `post-sidecar`, `post-2`, `postgres`, `redis-broker`, … */
  stop(name: string): Promise<void>
  start(name: string): Promise<void>
  /** Freezes a process: connections stay open and nothing answers. */
  pause(name: string): Promise<void>
  resume(name: string): Promise<void>
  /** Waits until the named processes, or all, are ready. */
  waitReady(names?: string[], timeoutMs?: number): Promise<void>
  /** The API of an instance's sidecar. */
  sidecar(name: string): Promise<Endpoint>
  /** An instance itself, past the gateway; the token makes the caller its sidecar. */
  service(name: string): Promise<Endpoint>
  /** As `service`, all that a name stands for: the one instance, or in a cluster each pod of the app. */
  instances(name: string): Promise<Endpoint[]>
  /** A sidecar in the system whose app id nobody knows; close it. */
  stranger(appId: string): Promise<Endpoint & { close(): Promise<void> }>
  /** Of an app's own database, as its own role. */
  database(app: string): string
  /** Everything an app was given. */
  environment(app: string): Record<string, string>
  /** What a process has logged since it was started last. */
  log(name: string): string
  close(): Promise<void>
}

/**
 * The system of this run of tests: whole-system.ts starts it, or E2E_HOME names the home of one that runs, or
 * E2E_CLUSTER tells of one in a cluster.
 */
export const system: TestSystem = process.env['E2E_CLUSTER']
  ? connectCluster(readClusterOfTests(process.env['E2E_CLUSTER']))
  : connect(homeOfRun(), async () => {})

function homeOfRun(): () => Home {
  let home: Home | undefined
  return () => {
    const path = process.env['E2E_HOME']
    if (!path) throw new Error('No system was started: E2E_HOME is not set.')
    home ??= openHome(path)
    return home
  }
}

/** Starts a system of its own: other ports, other data. Close it. */
export async function startTestSystem(options: StartOptions = {}): Promise<TestSystem> {
  const { pubsub, scale = {}, env = {} } = options
  await removeAbandoned()
  const home = options.home ?? makeTestHome()
  function forget(): void {
    if (!options.home) removeHome(home)
  }
  const port = await choosePort(18_080 + Math.floor(Math.random() * 100) * 10)
  const provider = await startProvider({ redirectUris: [`http://localhost:${port}/sign-in/example`] })
  const { issuer, clientId } = provider
  const scaling = Object.entries(scale).map(([app, count]) => `--scale=${app}=${count}`)
  const args = ['start', '--until-stdin-ends', ...(pubsub ? ['--pubsub', pubsub] : []), ...scaling]
  const logPath = join(home.logs, 'runner.log')
  const log = openSync(logPath, 'w')
  const runner = spawn(process.execPath, [join(root, 'tools/run/cli.ts'), ...args], {
    // Tests ask more in a minute than a person in a day.
    env: {
      ...process.env,
      DAGUERRE_RATE_LIMITS: 'off',
      // As short as verifiers allow, which look for an unknown key every 10 s.
      KEY_PUBLICATION_SECONDS: '12',
      // Of this machine: nothing else is dialled.
      MEDIA_IMPORT: 'loopback',
      INVITATIONS_PER_MEMBER: '100',
      DAGUERRE_HOME: home.path,
      DAGUERRE_PORT: String(port),
      PUBLIC_URL: '',
      // What tests cause must reach nobody.
      DAGUERRE_SMTP_URL: '',
      OIDC_PROVIDERS: JSON.stringify([{ id: 'example', name: 'Example', issuer, clientId }]),
      ...env,
    },
    // The runner ends when this process does, however it does.
    stdio: ['pipe', log, log],
  })
  closeSync(log)
  const exited = new Promise<void>((resolve) => runner.once('exit', () => resolve()))

  async function close(): Promise<void> {
    runner.stdin?.destroy()
    const timer = setTimeout(() => runner.kill('SIGKILL'), 60_000)
    await exited
    clearTimeout(timer)
    await provider.close()
    forget()
  }
  for (;;) {
    if (runner.exitCode !== null || runner.signalCode !== null) {
      const output = readFileSync(logPath, 'utf8')
      await provider.close()
      forget()
      throw new Error(`The system did not start:\n${output}`)
    }
    const view = await viewOf(home)
    if (view?.phase === 'ready') return connect(() => home, close)
    await sleep(100)
  }
}

/** A system that runs from this home; `close` is what ends it. */
export function connect(homeNow: () => Home, close: () => Promise<void>): TestSystem {
  async function view(): Promise<SystemView> {
    const found = await viewOf(homeNow())
    if (!found) throw new Error(`No system runs from ${homeNow().path}.`)
    return found
  }
  async function portOf(name: string, kind: string): Promise<number> {
    const ports = (await view()).processes.find((process) => process.name === name)?.ports
    const port = ports?.[kind]
    if (!port) throw new Error(`${name} has no port of that kind.`)
    return port
  }
  function environment(app: string): Record<string, string> {
    const found = readState(homeNow()).environments?.[app]
    if (!found) throw new Error(`There is no app ${app}.`)
    return found
  }
  function appOf(instance: string): string {
    return instance.replace(/-\d+$/, '')
  }
  async function service(name: string): Promise<Endpoint> {
    const port = await portOf(name, 'port')
    return { url: `http://127.0.0.1:${port}`, token: environment(appOf(name))['APP_API_TOKEN'] ?? '' }
  }
  return {
    get url() {
      const { port } = new URL(readState(homeNow()).url ?? '')
      return `http://127.0.0.1:${port}`
    },
    get home() {
      return homeNow().path
    },
    get inbox() {
      return readState(homeNow()).inbox ?? null
    },
    isBehindProxy: false,
    commandEnvironment: () => {
      const { port } = new URL(readState(homeNow()).url ?? '')
      return { ...process.env, DAGUERRE_HOME: homeNow().path, DAGUERRE_PORT: port }
    },
    view,
    environment,
    kill: (name, signal = 'SIGKILL') => act(homeNow(), name, signal),
    stop: (name) => act(homeNow(), name, 'stop'),
    start: (name) => act(homeNow(), name, 'start'),
    pause: (name) => act(homeNow(), name, 'SIGSTOP'),
    resume: (name) => act(homeNow(), name, 'SIGCONT'),
    async waitReady(names, timeoutMs = 60_000) {
      const deadline = performance.now() + timeoutMs
      for (;;) {
        const { processes } = await view()
        const waiting = processes.filter(({ name, ready }) => !ready && (!names || names.includes(name)))
        if (waiting.length === 0) return
        if (performance.now() > deadline) {
          throw new Error(`Not ready after ${timeoutMs} ms: ${waiting.map(({ name }) => name).join(', ')}`)
        }
        await sleep(50)
      }
    },
    async sidecar(name) {
      const port = await portOf(`${name}-sidecar`, 'httpPort')
      return { url: `http://127.0.0.1:${port}`, token: environment(appOf(name))['DAPR_API_TOKEN'] ?? '' }
    },
    service,
    instances: async (name) => [await service(name)],
    stranger: async (appId) => await startStranger(homeNow().path, appId, await portOf('sentry', 'port')),
    database: (app) => environment(app)['DATABASE_URL'] ?? '',
    log: (name) => readFileSync(join(homeNow().logs, `${name}.log`), 'utf8'),
    close,
  }
}
