import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer as createHttpServer } from 'node:http'
import { type AddressInfo, connect, createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { testConfig, waitFor } from '@daguerre/kit/testing'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { createDatabase } from './system.ts'

const folder = join(import.meta.dirname, '..')
let database: Awaited<ReturnType<typeof createDatabase>>

beforeAll(async () => {
  database = await createDatabase()
})
afterAll(() => database.drop())

async function listen(server: Server, port = 0): Promise<number> {
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  return (server.address() as AddressInfo).port
}

async function freePort(): Promise<number> {
  const server = createServer()
  const port = await listen(server)
  await new Promise((resolve) => server.close(resolve))
  return port
}

/** The database as it is seen from a port at which nobody listens before `open`. */
async function awayDatabase() {
  const real = new URL(database.url)
  const url = new URL(database.url)
  url.port = String(await freePort())
  return {
    url: url.href,
    open: () =>
      listen(
        createServer((near) => {
          const far = connect(Number(real.port || 5432), real.hostname)
          for (const [from, to] of [
            [near, far],
            [far, near],
          ] as const) {
            from.on('error', () => to.destroy())
            from.pipe(to)
          }
        }),
        Number(url.port),
      ),
  }
}

function run(script: string, env: Record<string, string>): { child: ChildProcess; output: () => string } {
  const child = spawn(process.execPath, [script], { cwd: folder, env: { PATH: process.env['PATH'], ...env } })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += String(chunk)))
  onTestFinished(() => void child.kill('SIGKILL'))
  return { child, output: () => output }
}

function environment(more: Record<string, string>): Record<string, string> {
  const { SECRET_KEY, APP_API_TOKEN, DAPR_API_TOKEN } = testConfig()
  return { APP_ID: 'auth', SECRET_KEY, APP_API_TOKEN, DAPR_API_TOKEN, ...more }
}

test('auth that starts before its database and its sidecar lives, says what it waits for, and comes up by itself', async () => {
  const [away, port, sidecarPort] = [await awayDatabase(), await freePort(), await freePort()]
  const auth = run(
    'src/main.ts',
    environment({
      APP_PORT: String(port),
      DAPR_HTTP_PORT: String(sidecarPort),
      DATABASE_URL: away.url,
      REDIS_URL: process.env['TEST_REDIS_URL'] ?? '',
    }),
  )
  const base = `http://127.0.0.1:${port}`
  await waitFor(async () => (await fetch(`${base}/healthz`)).status === 200, { timeoutMs: 10_000 })
  const waiting = await fetch(`${base}/readyz`)
  expect(waiting.status).toBe(503)
  const refused = { ok: false, reason: 'refuses connections' }
  expect(await waiting.json()).toMatchObject({ checks: { postgres: refused, sidecar: refused, keys: refused } })
  await waitFor(() => auth.output().includes('waiting for postgres: it refuses connections'))
  expect(auth.output()).not.toContain(new URL(database.url).password || 'no password at all')
  // An empty set would turn away everybody who is signed in.
  expect((await fetch(`${base}/.well-known/jwks.json`)).status).toBe(503)

  await listen(
    createHttpServer((_request, response) => response.writeHead(204).end()),
    sidecarPort,
  )
  await away.open()
  await waitFor(async () => (await fetch(`${base}/readyz`)).status === 200, { timeoutMs: 15_000 })
  const { keys } = (await (await fetch(`${base}/.well-known/jwks.json`)).json()) as { keys: unknown[] }
  expect(keys).toHaveLength(1)
  auth.child.kill('SIGTERM')
  expect(await once(auth.child, 'exit')).toEqual([0, null])
}, 40_000)

test('a migration waits for a database that is away, and then runs', async () => {
  const away = await awayDatabase()
  const migrating = run('src/migrate.ts', { DATABASE_URL: away.url, MIGRATE_WAIT_SECONDS: '30' })
  const ended = once(migrating.child, 'exit')
  await waitFor(() => migrating.output().includes('waiting for PostgreSQL at'), { timeoutMs: 10_000 })
  await away.open()
  expect(await ended).toEqual([0, null])
  expect(migrating.output()).toContain('{"service":"auth","migrations":[]}')
}, 40_000)

test('a database that is never made ends the migration with one sentence', async () => {
  const url = new URL(database.url)
  url.pathname = '/nowhere'
  const migrating = run('src/migrate.ts', { DATABASE_URL: url.href, MIGRATE_WAIT_SECONDS: '1' })
  expect(await once(migrating.child, 'exit')).toEqual([1, null])
  expect(migrating.output()).toContain(`PostgreSQL at ${url.host} has no such database; waited 1 s`)
  expect(migrating.output()).not.toMatch(/ at .*node_modules/)
}, 20_000)
