import { randomBytes } from 'node:crypto'
import type { MikroORM } from '@mikro-orm/postgresql'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { type BaseConfig, tokenIssuer } from './config.ts'
import type { DeadLetter, DeadLetterStore } from './consumer.ts'
import { type Dapr, DaprError, NeighbourError, type PublishableEvent, rememberApp, type StateEntry } from './dapr.ts'
import type { Distribution } from './distribution.ts'
import { type NewEvent, toCloudEvent } from './events.ts'
import { newId } from './id.ts'
import type { OrmOptions } from './postgres.ts'
import type { Kept, ReceiptStore } from './receipts.ts'
import { createTokenVerifier, type JsonWebKeySet, ordinaryScopes, type TokenVerifier, type Viewer } from './tokens.ts'

/** A configuration for tests; ports are 1 where nothing may be connected. */
export function testConfig(overrides: Partial<BaseConfig> = {}): BaseConfig {
  return {
    APP_ID: 'test',
    APP_PORT: 1,
    HOST: '127.0.0.1',
    LOG_LEVEL: 'silent',
    SHUTDOWN_LINGER_SECONDS: 0,
    DAPR_HTTP_PORT: 1,
    APP_API_TOKEN: 'test-app-api-token',
    DAPR_API_TOKEN: 'test-dapr-api-token',
    SECRET_KEY: 'test-secret-key-of-more-than-32-characters',
    PUBLIC_URL: 'http://localhost:8080',
    PUBSUB_NAME: 'pubsub',
    STATESTORE_NAME: 'statestore',
    TOKEN_ISSUER: undefined,
    TOKEN_AUDIENCE: 'daguerre',
    OTEL_EXPORTER_OTLP_ENDPOINT: undefined,
    OTEL_EXPORTER_ZIPKIN_ENDPOINT: undefined,
    OTEL_TRACES_SAMPLER_ARG: 1,
    ...overrides,
  }
}

/** The header with which the sidecar calls: `app.request('/internal/…', { headers: asSidecar() })`. */
export function asSidecar(config: Pick<BaseConfig, 'APP_API_TOKEN'> = testConfig()): Record<string, string> {
  return { 'dapr-api-token': config.APP_API_TOKEN, 'content-type': 'application/json' }
}

export type TestDatabase = { orm: MikroORM; url: string; drop: () => Promise<void> }

/**
 * A database of its own with the migrations run, in the PostgreSQL of TEST_POSTGRES_URL (a superuser). Call `drop` at the end: it throws
 * if a statement broke the database's distribution, where it has one.
 */
export async function createTestDatabase(
  options: Omit<OrmOptions, 'url'> & { distribution?: Distribution },
): Promise<TestDatabase> {
  // Loaded here so that tests of services without PostgreSQL do not wait for it.
  const { createOrm, runMigrations } = await import('./postgres.ts')
  const base = process.env['TEST_POSTGRES_URL']
  if (!base) throw new Error('TEST_POSTGRES_URL is not set')
  const name = `test_${options.service.replaceAll(/\W/g, '_')}_${randomBytes(6).toString('hex')}`
  await onServer(base, `create database "${name}"`)
  const url = new URL(base)
  url.pathname = `/${name}`
  const orm = createOrm({ ...options, url: url.href })
  try {
    await runMigrations(orm)
  } catch (error) {
    await orm.close(true)
    await onServer(base, `drop database if exists "${name}" with (force)`)
    throw error
  }
  const { distribution } = options
  const watch =
    distribution && (await (await import('./testing-distribution.ts')).watchStatements(orm, name, distribution))
  return {
    orm,
    url: url.href,
    async drop() {
      await orm.close(true)
      await onServer(base, `drop database if exists "${name}" with (force)`)
      const faults = (await watch?.findFaults()) ?? []
      if (faults.length > 0) throw new Error(`statements break the distribution of their tables:\n${faults.join('\n')}`)
    },
  }
}

async function onServer(url: string, sql: string): Promise<void> {
  const { default: pg } = await import('pg')
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(sql)
  } finally {
    await client.end()
  }
}

export type TestTokens = {
  jwks: JsonWebKeySet
  verifier: TokenVerifier
  /** An access token as auth makes them. Claims and header can be changed to make bad ones. */
  tokenFor(viewer: TestViewer, overrides?: TokenOverrides): Promise<string>
  /** The header with such a token. */
  headersFor(viewer: TestViewer, overrides?: TokenOverrides): Promise<Record<string, string>>
}

/** Without scopes it is somebody in a session of their own. */
export type TestViewer = Omit<Viewer, 'scopes'> & Partial<Pick<Viewer, 'scopes'>>

export type TokenOverrides = {
  issuer?: string
  audience?: string
  typ?: string
  kid?: string
  /** Seconds from now; 900 by default, negative for an expired one. */
  expiresInSeconds?: number
}

/** A key pair, its public set, and tokens signed by it. */
export async function testTokens(config: BaseConfig = testConfig()): Promise<TestTokens> {
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true })
  const kid = newId()
  const jwks: JsonWebKeySet = { keys: [{ ...(await exportJWK(publicKey)), kid, alg: 'ES256', use: 'sig' }] }

  async function tokenFor(viewer: TestViewer, overrides: TokenOverrides = {}): Promise<string> {
    const now = Math.floor(Date.now() / 1000)
    const { sessionId: sid, username, scopes = ordinaryScopes } = viewer
    return new SignJWT({ sid, username, ...(scopes !== ordinaryScopes && { scope: scopes.join(' ') }) })
      .setProtectedHeader({ alg: 'ES256', typ: overrides.typ ?? 'at+jwt', kid: overrides.kid ?? kid })
      .setSubject(viewer.id)
      .setIssuer(overrides.issuer ?? tokenIssuer(config))
      .setAudience(overrides.audience ?? config.TOKEN_AUDIENCE)
      .setIssuedAt(now)
      .setExpirationTime(now + (overrides.expiresInSeconds ?? 900))
      .sign(privateKey)
  }

  return {
    jwks,
    verifier: createTokenVerifier({
      issuer: tokenIssuer(config),
      audience: config.TOKEN_AUDIENCE,
      loadJwks: async () => jwks,
    }),
    tokenFor,
    async headersFor(viewer, overrides) {
      return { authorization: `Bearer ${await tokenFor(viewer, overrides)}` }
    },
  }
}

/** A viewer with new ids. */
export function testViewer(username = 'louise'): Viewer {
  return { id: newId(), username, sessionId: newId(), scopes: ordinaryScopes }
}

type FakeApp = { request: (path: string, init?: RequestInit) => Response | Promise<Response> }

export type FakeDapr = Dapr & {
  /** What was called: `calls.invoke['user']` counts the invocations of user. */
  calls: { invoke: Record<string, number>; publish: number; stateGet: number; stateSave: number; stateDelete: number }
  /** Every event published, in order. */
  published: { topic: string; event: PublishableEvent }[]
  stateStore: Map<string, unknown>
  /** Names of neighbours, or `pubsub`, `state`, that do not answer at present. */
  down: Set<string>
  /** Zeroes the counts. */
  reset(): void
}

/**
 * A sidecar in memory: invocations go to `app.request()` of the fakes given by app id (with the sidecar's header), state
 * and events stay here. @param apps the neighbours, e.g. `{ user: createHttpApp(…) }`
 */
export function fakeDapr(apps: Record<string, FakeApp> = {}, config: BaseConfig = testConfig()): FakeDapr {
  const calls: FakeDapr['calls'] = { invoke: {}, publish: 0, stateGet: 0, stateSave: 0, stateDelete: 0 }
  const published: FakeDapr['published'] = []
  const stateStore = new Map<string, unknown>()
  const down = new Set<string>()

  function check(part: 'pubsub' | 'state'): void {
    if (down.has(part)) throw new DaprError(0, `${part} is down`)
  }

  async function publishBulk(topic: string, events: readonly PublishableEvent[]): Promise<{ failed: string[] }> {
    check('pubsub')
    calls.publish += 1
    for (const event of events) published.push({ topic, event: structuredClone(event) })
    return { failed: [] }
  }

  return {
    calls,
    published,
    stateStore,
    down,
    reset() {
      Object.assign(calls, { invoke: {}, publish: 0, stateGet: 0, stateSave: 0, stateDelete: 0 })
    },
    fetchTo(app) {
      return async (input, init) => {
        calls.invoke[app] = (calls.invoke[app] ?? 0) + 1
        const neighbour = apps[app]
        if (!neighbour || down.has(app)) throw new NeighbourError(app, 0, 'no answer')
        const url = new URL(input instanceof Request ? input.url : input)
        const headers = new Headers(init?.headers)
        headers.set('dapr-api-token', config.APP_API_TOKEN)
        return rememberApp(await neighbour.request(`${url.pathname}${url.search}`, { ...init, headers }), app)
      }
    },
    publishBulk,
    async publish(topic, event) {
      await publishBulk(topic, [event])
    },
    state: {
      async getBulk(keys) {
        check('state')
        calls.stateGet += 1
        return new Map(
          keys.flatMap((key) => (stateStore.has(key) ? [[key, structuredClone(stateStore.get(key))]] : [])),
        )
      },
      async saveBulk(entries: readonly StateEntry[]) {
        check('state')
        calls.stateSave += 1
        for (const { key, value } of entries) stateStore.set(key, structuredClone(value))
      },
      async deleteBulk(keys) {
        check('state')
        calls.stateDelete += 1
        for (const key of keys) stateStore.delete(key)
      },
    },
    async healthy() {
      if (down.has('sidecar')) throw new DaprError(0, 'sidecar is down')
    },
    async client() {
      throw new Error('fakeDapr has no client')
    },
    async close() {},
  }
}

/** The JSON of a complete CloudEvent, as a consumer gets it: `cloudEvent('user', { topic, type, … })`. */
export function cloudEvent(
  app: string,
  event: NewEvent & { id?: string; time?: string; sequence?: number },
): Record<string, unknown> & { id: string } {
  return toCloudEvent(app, { id: newId(), time: new Date().toISOString(), ...event }).toJSON() as Record<
    string,
    unknown
  > & {
    id: string
  }
}

/** Dead letters in memory. */
export function memoryDeadLetters(): DeadLetterStore & { letters: Map<string, DeadLetter> } {
  const letters = new Map<string, DeadLetter>()
  return {
    letters,
    async add(letter) {
      letters.set(letter.id, letter)
    },
    async list(limit) {
      return [...letters.values()].slice(0, limit)
    },
    async take(id, work) {
      const letter = letters.get(id)
      if (!letter) return false
      await work(letter)
      letters.delete(id)
      return true
    },
  }
}

/** Receipts in memory. */
export function memoryReceipts(): ReceiptStore & { kept: Map<string, Kept> } {
  const kept = new Map<string, Kept>()
  return {
    kept,
    async read(source) {
      return structuredClone(kept.get(source) ?? null)
    },
    async write(source, receipts, revision) {
      if ((kept.get(source)?.revision ?? 0) !== revision) return false
      kept.set(source, structuredClone({ receipts, revision: revision + 1 }))
      return true
    },
  }
}

/**
 * Polls until `condition` gives something true, and returns it. For what happens soon, in place of fixed sleeps.
 * @throws Error after `timeoutMs` (5000 by default), with the last error of `condition` as cause
 */
export async function waitFor<T>(
  condition: () => T | Promise<T>,
  options: { timeoutMs?: number; intervalMs?: number; what?: string } = {},
): Promise<Exclude<T, undefined | null | false | 0 | ''>> {
  const { timeoutMs = 5000, intervalMs = 20, what = 'the condition' } = options
  const until = performance.now() + timeoutMs
  let last: unknown
  for (;;) {
    try {
      const result = await condition()
      if (result) return result as Exclude<T, undefined | null | false | 0 | ''>
    } catch (error) {
      last = error
    }
    if (performance.now() > until) throw new Error(`${what} did not come true within ${timeoutMs} ms`, { cause: last })
    await new Promise((resolve) => setTimeout(resolve, intervalMs))
  }
}

/** Which tables of a database hold a text, with the rows that do: what is left of something, by a word that is nowhere else. */
export async function findText(orm: MikroORM, text: string): Promise<{ table: string; row: string }[]> {
  const { query } = await import('./postgres.ts')
  const em = orm.em.fork()
  const tables = await query<{ name: string }>(
    em,
    `/* test */ select quote_ident(table_name) as name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'`,
  )
  const found = []
  for (const { name } of tables) {
    const rows = await query<{ row: string }>(
      em,
      `/* test */ select t::text as row from ${name} t where strpos(t::text, ?) > 0`,
      [text],
    )
    found.push(...rows.map(({ row }) => ({ table: name, row })))
  }
  return found
}
