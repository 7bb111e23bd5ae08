import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { root } from '../../../../tools/run/home.ts'
import { type Endpoint, system } from '../../../setup/system.ts'
import { withDatabase } from './database.ts'
import { eventually } from './world.ts'

/** How many events of an app's outbox wait to be published. */
export async function backlogOf(app: string): Promise<number> {
  const { rows } = await withDatabase(app, (db) =>
    db.query<{ pending: number }>('select count(*)::int as pending from outbox where published_at is null'),
  )
  return rows[0]!.pending
}

/** Asks a service, or one instance of it, as its own sidecar does. */
export async function askInside<Body = unknown>(
  whom: string | Endpoint,
  method: 'GET' | 'POST',
  path: string,
  body?: unknown,
): Promise<{ status: number; body: Body }> {
  const { url, token } = typeof whom === 'string' ? await system.service(whom) : whom
  const response = await fetch(`${url}${path}`, {
    method,
    headers: { 'dapr-api-token': token, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(30_000),
  })
  return { status: response.status, body: (await response.json()) as Body }
}

/** The metrics of a service as text: of all instances that the name stands for, one after the other. */
export async function metricsOf(name: string): Promise<string> {
  const texts = (await system.instances(name)).map(async ({ url }) => {
    const response = await fetch(`${url}/metrics`, { signal: AbortSignal.timeout(5000) })
    return await response.text()
  })
  return (await Promise.all(texts)).join('\n')
}

/** The sum of a metric's values whose labels include these. */
export function sumOf(metrics: string, name: string, labels: Record<string, string> = {}): number {
  return metrics.split('\n').reduce((sum, line) => {
    const [, found, text = '', value] = /^(\w+)(?:\{(.*)\})? (\S+)/.exec(line) ?? []
    const matches = Object.entries(labels).every(([label, wanted]) => text.includes(`${label}="${wanted}"`))
    return found === name && matches ? sum + Number(value) : sum
  }, 0)
}

/** Publishes through a service's own sidecar, as the service itself would; again while the sidecar believes the broker away. */
export async function publish(
  name: string,
  topic: string,
  body: string,
  contentType = 'application/cloudevents+json',
  query = '',
): Promise<void> {
  const { url, token } = await system.sidecar(name)
  await eventually(`something is published to ${topic}`, async () => {
    const response = await fetch(`${url}/v1.0/publish/pubsub/${topic}${query}`, {
      method: 'POST',
      headers: { 'dapr-api-token': token, 'content-type': contentType },
      body,
    })
    if (!response.ok) throw new Error(`${response.status} ${await response.text()}`)
    return true
  })
}

/** Waits until all processes of the system are ready, whatever a test has done to them. */
export async function healed(): Promise<void> {
  for (const { name, phase } of (await system.view()).processes) {
    if (phase === 'stopped') await system.start(name)
    if (phase === 'running') await system.resume(name).catch(() => {})
  }
  await system.waitReady()
}

/** Waits until everything that was committed has been published. */
export async function waitUntilPublished(app: string): Promise<void> {
  await eventually(`the outbox of ${app} is empty`, async () => (await backlogOf(app)) === 0)
}

/** The Redis of the broker or of the cache, which only sidecars are given otherwise. */
export function redisUrl(name: 'redis-broker' | 'redis-cache'): string {
  const configuration = readFileSync(join(system.home, name, 'redis.conf'), 'utf8')
  const host = /^bind (\S+)$/m.exec(configuration)?.[1]
  const port = /^port (\d+)$/m.exec(configuration)?.[1]
  const password = /^requirepass (\S+)$/m.exec(configuration)?.[1]
  return `redis://:${password}@${host}:${port}`
}

/** The names of an app's instances: `post`, `post-2`. */
export async function instancesOf(app: string): Promise<string[]> {
  const { processes } = await system.view()
  const isInstance = new RegExp(`^${app}(-\\d+)?$`)
  return processes.map(({ name }) => name).filter((name) => isInstance.test(name))
}

/** Runs a command as `npm run` does, against the system of the tests. Returns what it prints; throws where it fails. */
export async function runCommand(...args: string[]): Promise<string> {
  const env = system.commandEnvironment()
  const { stdout } = await promisify(execFile)(process.execPath, [join(root, 'tools/run/cli.ts'), ...args], { env })
  return stdout
}
