import { openTestCopies } from '@daguerre/copies/testing'
import { testTextRules } from '@daguerre/copies/testing-texts'
import { authInternal, type Media, mediaInternal, postInternal, type TagCount } from '@daguerre/contracts'
import { foldCounters } from '@daguerre/kit/counters'
import type { NewEvent } from '@daguerre/kit/events'
import { createHttpApp } from '@daguerre/kit/http'
import { newId } from '@daguerre/kit/id'
import { createLogger } from '@daguerre/kit/log'
import { query } from '@daguerre/kit/postgres'
import {
  asSidecar,
  cloudEvent,
  createTestDatabase,
  fakeDapr,
  memoryDeadLetters,
  testConfig,
  testTokens,
  testViewer,
} from '@daguerre/kit/testing'
import type { Viewer } from '@daguerre/kit/tokens'
import { createApp } from '../src/app.ts'
import { database } from '../src/database.ts'
import { acceptDueRequests } from '../src/follow-request/accept-due-requests.ts'
import { createNeighbours } from '../src/neighbours.ts'

export type Account = Viewer

export interface Answer {
  status: number
  headers: Headers
  // What a route answers is what the tests are about: they look at it untyped, as a client would get it.
  // oxlint-disable-next-line typescript/no-explicit-any -- as said above
  body: any
}

export interface RequestOptions {
  as?: Account
  token?: string
  apiToken?: string
  key?: string
  type?: string
}

export type UserHarness = Awaited<ReturnType<typeof startUser>>

/** The service on a database of its own, with neighbours in memory that keep to their contracts. */
export async function startUser() {
  const config = testConfig({ APP_ID: 'user' })
  const log = createLogger({ service: 'user', level: 'silent' })
  const { orm, drop } = await createTestDatabase(database)
  const tokens = await testTokens(config)
  const shared = openTestCopies()
  const accounts: Account[] = []
  const media: { ownerId: string; version: number; media: Media }[] = []
  const tags: TagCount[] = []
  const calls: string[] = []

  const auth = createHttpApp({ config, log })
  auth.openapi(authInternal.accounts, (c) => {
    calls.push('auth')
    const { ids, usernames } = c.req.valid('json')
    const found = accounts.filter(({ id, username }) => ids.includes(id) || usernames.includes(username))
    return c.json(
      { items: found.map(({ id, username }) => ({ id, username, createdAt: new Date().toISOString() })) },
      200,
    )
  })
  const mediaApp = createHttpApp({ config, log })
  mediaApp.openapi(mediaInternal.media, (c) => {
    calls.push('media')
    const { ids } = c.req.valid('json')
    return c.json({ items: media.filter((item) => ids.includes(item.media.id)) }, 200)
  })
  const post = createHttpApp({ config, log })
  post.openapi(postInternal.tags, (c) => {
    calls.push('post')
    const { prefix, limit } = c.req.valid('json')
    return c.json({ items: tags.filter(({ tag }) => tag.startsWith(prefix)).slice(0, limit) }, 200)
  })

  const dapr = fakeDapr({ auth, media: mediaApp, post }, config)
  const texts = testTextRules()
  const app = createApp({
    config,
    log,
    forkEm: () => orm.em.fork(),
    verifier: tokens.verifier,
    neighbours: createNeighbours(dapr),
    copies: shared.copies,
    holds: shared.holds,
    onCacheError: shared.onError,
    textRules: texts.textRules,
    deadLetters: memoryDeadLetters(),
    acceptRequests: () => acceptDueRequests({ em: orm.em.fork(), holds: shared.holds, clock: () => new Date() }),
    clock: () => new Date(),
  })

  async function request(method: string, path: string, body: unknown, options: RequestOptions = {}): Promise<Answer> {
    const token = options.as ? await tokens.tokenFor(options.as) : options.token
    const response = await app.request(path, {
      method,
      headers: {
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(options.apiToken !== undefined && { 'dapr-api-token': options.apiToken }),
        ...(options.key !== undefined && { 'idempotency-key': options.key }),
        ...(body !== undefined && { 'content-type': options.type ?? 'application/json' }),
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    const text = await response.text()
    return { status: response.status, headers: response.headers, body: text === '' ? undefined : JSON.parse(text) }
  }

  /** An account that only auth knows yet. */
  function account(username: string): Account {
    const known = accounts.find((one) => one.username === username)
    if (known) return known
    const made = testViewer(username)
    accounts.push(made)
    return made
  }

  /** A person with a profile. */
  async function person(username: string): Promise<Account> {
    const made = account(username)
    await request('GET', '/api/v1/users/me', undefined, { as: made })
    return made
  }

  return {
    async stop() {
      shared.close()
      await drop()
    },
    shared,
    /** Blocked words and domains. */
    blockedTexts: texts.rules,
    fork: () => orm.em.fork(),
    copies: shared.copies,
    apiToken: config.APP_API_TOKEN,
    calls,
    tags,
    newId,
    account,
    person,
    async people<const Names extends string[]>(...usernames: Names): Promise<{ [Index in keyof Names]: Account }> {
      const made = []
      for (const username of usernames) made.push(await person(username))
      return made as { [Index in keyof Names]: Account }
    },
    async named(username: string, displayName: string): Promise<Account> {
      const made = await person(username)
      await request('PATCH', '/api/v1/users/me', { displayName }, { as: made })
      return made
    },
    /** A photo that media knows. @returns its id */
    media(ownerId: string, state: Media['state']): string {
      const id = newId()
      const url = `/media/${id}/thumbnail.webp`
      const ready = state === 'ready'
      media.push({
        ownerId,
        version: 1,
        media: {
          id,
          state,
          reason: state === 'failed' ? 'truncated' : null,
          width: ready ? 4000 : null,
          height: ready ? 3000 : null,
          placeholder: ready ? 'ph' : null,
          variants: ready ? [{ name: 'thumbnail', url, width: 320, height: 320, bytes: 9000, type: 'image/webp' }] : [],
        },
      })
      return id
    },
    get: (path: string, options?: RequestOptions) => request('GET', path, undefined, options),
    put: (path: string, options?: RequestOptions) => request('PUT', path, undefined, options),
    putBody: (path: string, body: unknown, options?: RequestOptions) => request('PUT', path, body, options),
    delete: (path: string, options?: RequestOptions) => request('DELETE', path, undefined, options),
    patch: (path: string, body: unknown, options?: RequestOptions) => request('PATCH', path, body, options),
    post: (path: string, body: unknown, options?: RequestOptions) => request('POST', path, body, options),
    /** Runs `work` while a neighbour does not answer. */
    async without<T>(neighbour: 'auth' | 'media' | 'post', work: () => Promise<T>): Promise<T> {
      dapr.down.add(neighbour)
      try {
        return await work()
      } finally {
        dapr.down.delete(neighbour)
      }
    },
    /** Delivers an event as the sidecar does. @returns the status that the sidecar is told */
    async deliver(event: NewEvent): Promise<string> {
      const response = await app.request(`/events/${event.topic}`, {
        method: 'POST',
        headers: asSidecar(config),
        body: JSON.stringify(cloudEvent('somebody', event)),
      })
      return ((await response.json()) as { status: string }).status
    },
    /** As one bulk of the broker. @throws unless all were taken */
    async deliverTogether(bulk: NewEvent[]): Promise<void> {
      for (const [topic, ofTopic] of Map.groupBy(bulk, (event) => event.topic)) {
        const entries = ofTopic.map((event, index) => ({ entryId: `${index}`, event: cloudEvent('somebody', event) }))
        const response = await app.request(`/events/${topic}`, {
          method: 'POST',
          headers: asSidecar(config),
          body: JSON.stringify({ entries }),
        })
        const { statuses } = (await response.json()) as { statuses: { status: string }[] }
        if (statuses.some(({ status }) => status !== 'SUCCESS')) throw new Error(JSON.stringify(statuses))
      }
    },
    /** Events in the outbox about a subject, in the order of versions. */
    async eventsOf(subject: string): Promise<{ type: string; version: number; data: unknown }[]> {
      return query(
        orm.em.fork(),
        'select type, version::int as version, data from outbox where subject = $1 order by version, id',
        [subject],
      )
    },
    fold: () => foldCounters(orm.em.fork()),
    em: () => orm.em.fork(),
    orm,
    /** auth does not know them any more. */
    forget: ({ id }: Account) => accounts.splice(0, accounts.length, ...accounts.filter((one) => one.id !== id)),
    app,
  }
}
