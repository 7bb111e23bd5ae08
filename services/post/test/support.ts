import { openTestCopies } from '@daguerre/copies/testing'
import type { Hook } from '../src/check/ask-hook.ts'
import { testTextRules } from '@daguerre/copies/testing-texts'
import {
  noRelation,
  type AccountState,
  events,
  interactionInternal,
  makeEvent,
  mediaInternal,
  type Media,
  type PersonShort,
  type Post,
  type PostCounts,
  type PostViewer,
  userInternal,
  mentionLimits,
} from '@daguerre/contracts'
import { createAllowance } from '@daguerre/kit/allowance'
import { createConsumer } from '@daguerre/kit/consumer'
import { copyKey, countsCopy, type Mark } from '@daguerre/copies/copies'
import { createCursorCodec } from '@daguerre/kit/cursor'
import { createHttpApp, type Viewer } from '@daguerre/kit/http'
import { newId } from '@daguerre/kit/id'
import { silentLogger } from '@daguerre/kit/log'
import { type EntityManager, query } from '@daguerre/kit/postgres'
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
import { createApp } from '../src/app.ts'
import { subscriptions } from '../src/events.ts'
import { database as postDatabase } from '../src/database.ts'
import { createNeighbours } from '../src/neighbours.ts'

type World = Awaited<ReturnType<typeof createWorld>>
export type { World }

export interface Answer<Body = Record<string, unknown>> {
  status: number
  headers: Headers
  body: Body
}

/** The service on a database of its own, among neighbours that keep to their contracts. */
/** @param hook what is asked about new posts, by `checkPosts` */
export async function createWorld({ hook = null }: { hook?: Hook | null } = {}) {
  const config = testConfig({ APP_ID: 'post' })
  const log = silentLogger()
  const database = await createTestDatabase(postDatabase)
  const tokens = await testTokens(config)
  const shared = openTestCopies()

  const people = new Map<string, PersonShort>()
  const accounts = new Map<string, AccountState>()
  /** `<follower>:<followee>`, `<blocker>:<blocked>`, `<owner>:<friend>` */
  const follows = new Set<string>()
  const blocks = new Set<string>()
  const closeFriends = new Set<string>()
  /** `<who mentions>:<whom they may not>` */
  const unmentioned = new Set<string>()
  const media = new Map<string, { ownerId: string; version: number; media: Media }>()
  const states = new Map<string, { counts: PostCounts; likedBy: Set<string> }>()
  /** Runs inside an invocation of media, after its answer is made: what happens between question and answer. */
  const hooks: { afterMediaAnswer?: (() => Promise<void>) | undefined } = {}
  /** What media says to imports, and what it was asked to import. */
  const imports: {
    outcome: 'started' | 'url_refused' | 'off'
    wanted: { id: string; ownerId: string; url: string }[]
  } = {
    outcome: 'started',
    wanted: [],
  }

  const neighbour = { config, log }
  const mediaApp = createHttpApp(neighbour)
  mediaApp.openapi(mediaInternal.media, async (c) => {
    const items = c.req.valid('json').ids.flatMap((id) => media.get(id) ?? [])
    const answer = structuredClone(items)
    await hooks.afterMediaAnswer?.()
    return c.json({ items: answer }, 200)
  })
  mediaApp.openapi(mediaInternal.import, (c) => {
    const wanted = c.req.valid('json')
    imports.wanted.push(wanted)
    if (imports.outcome === 'started') {
      const { id, ownerId } = wanted
      media.set(id, { ownerId, version: 1, media: photoIn(id, 'processing') })
    }
    return c.json({ outcome: imports.outcome }, 200)
  })
  const userApp = createHttpApp(neighbour)
  userApp.openapi(userInternal.people, (c) => {
    const { ids, usernames, mentionedBy } = c.req.valid('json')
    const items = [...people.values()].filter(({ id, username }) => {
      const isNamed = usernames.includes(username) && !(mentionedBy && unmentioned.has(`${mentionedBy}:${id}`))
      return ids.includes(id) || isNamed
    })
    const states = items.map(({ id }) => accounts.get(id) ?? 'open')
    return c.json({ items, accounts: states, versions: items.map(() => 1) }, 200)
  })
  userApp.openapi(userInternal.relations, async (c) => {
    const { viewerId, ids } = c.req.valid('json')
    if (!(await shared.copies.areRelationsFilled(viewerId))) {
      const others = [...blocks, ...closeFriends].flatMap((pair) => pair.split(':'))
      const all = others.map((userId) => ({
        userId,
        isBlocked: blocks.has(`${viewerId}:${userId}`) || blocks.has(`${userId}:${viewerId}`),
        isCloseFriend: closeFriends.has(`${userId}:${viewerId}`),
      }))
      await shared.copies.fillRelations(viewerId, all, performance.now())
    }
    const items = ids.map((userId) => ({
      userId,
      relation: { ...noRelation, following: follows.has(`${viewerId}:${userId}`) },
      isBlocked: blocks.has(`${viewerId}:${userId}`) || blocks.has(`${userId}:${viewerId}`),
      isCloseFriend: closeFriends.has(`${userId}:${viewerId}`),
    }))
    return c.json({ items }, 200)
  })
  const interactionApp = createHttpApp(neighbour)
  interactionApp.openapi(interactionInternal.states, async (c) => {
    const { postIds, viewerId } = c.req.valid('json')
    if (viewerId !== null && !(await shared.copies.areMarksFilled(viewerId))) {
      const liked = [...states].filter(([, { likedBy }]) => likedBy.has(viewerId))
      const marks = liked.map(([id]): [string, Mark] => [id, { liked: true, saved: false }])
      await shared.copies.fillMarks(viewerId, marks, performance.now())
    }
    const items = postIds.map((postId) => {
      const state = states.get(postId)
      const viewer: PostViewer | null =
        viewerId === null ? null : { liked: state?.likedBy.has(viewerId) ?? false, saved: false }
      return { postId, counts: state?.counts ?? { likes: 0, comments: 0 }, version: 0, viewer }
    })
    return c.json({ items }, 200)
  })

  const dapr = fakeDapr({ media: mediaApp, user: userApp, interaction: interactionApp }, config)
  const neighbours = createNeighbours(dapr)
  const deadLetters = memoryDeadLetters()
  function fork(): EntityManager {
    return database.orm.em.fork()
  }
  const texts = testTextRules()
  const app = createApp({
    config,
    log,
    verifier: tokens.verifier,
    forkEm: fork,
    neighbours,
    copies: shared.copies,
    holds: shared.holds,
    grants: shared.grants,
    onCacheError: shared.onError,
    cursors: createCursorCodec(config),
    isChecked: hook !== null,
    wakeChecks() {},
    textRules: texts.textRules,
    mentions: createAllowance({ ...shared, name: 'mention', ...mentionLimits }),
    clock: () => new Date(),
  })
  const consumer = createConsumer({
    app,
    appId: 'post',
    pubsubName: 'pubsub',
    subscriptions: subscriptions({ fork, ...shared, onCacheError: shared.onError, deadLetters }),
    deadLetters,
    log,
  })

  /** Forgets what was copied of people, as a new installation. */
  async function emptyCaches(): Promise<void> {
    await shared.redis.del([...people.keys()].map(copyKey.person))
  }

  async function send<Body = Record<string, unknown>>(
    method: string,
    path: string,
    { as, body, headers = {} }: { as?: Viewer | undefined; body?: unknown; headers?: Record<string, string> } = {},
  ): Promise<Answer<Body>> {
    const response = await app.request(path, {
      method,
      headers: {
        ...(as && (await tokens.headersFor(as))),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    const text = await response.text()
    return { status: response.status, headers: response.headers, body: (text === '' ? null : JSON.parse(text)) as Body }
  }

  function person(username = `person${people.size}x${Math.floor(Math.random() * 1e9)}`): Viewer {
    const viewer = testViewer(username)
    people.set(viewer.id, { id: viewer.id, username, displayName: username.toUpperCase(), avatar: null })
    return viewer
  }

  /** A media as media's service has it, in this state. */
  function photo(owner: Viewer, state: Media['state'] = 'ready'): string {
    const id = newId()
    media.set(id, {
      ownerId: owner.id,
      version: state === 'ready' || state === 'failed' ? 3 : 2,
      media: photoIn(id, state),
    })
    return id
  }

  /** The media's work ends, and what event says so. */
  function finish(id: string, state: 'ready' | 'failed' = 'ready') {
    const known = media.get(id)
    if (!known) throw new Error('no such media')
    const news = { ownerId: known.ownerId, version: 3, media: photoIn(id, state) }
    media.set(id, news)
    return mediaEvent(news)
  }

  async function deliver(event: Record<string, unknown>, topic = 'media') {
    return (await consumer.receive(topic, event)).status
  }

  /** interaction has counted: it keeps the counts where pages find them, and tells of them. */
  async function counted(postId: string, counts: PostCounts & { version: number }) {
    await shared.copies.keep([countsCopy(postId, counts)])
    return await told(postId, counts)
  }

  async function told(postId: string, counts: PostCounts & { version: number }) {
    const event = { subject: newId(), version: 1, data: { items: [{ postId, ...counts }] } }
    return await deliver(cloudEvent('interaction', makeEvent(events.postsCounted, event)), 'interaction')
  }

  async function createPost(author: Viewer, fields: Record<string, unknown> = {}): Promise<Post> {
    const answer = await send<Post>('POST', '/api/v1/posts', {
      as: author,
      body: { caption: 'A photo', media: [{ mediaId: photo(author) }], ...fields },
    })
    if (answer.status !== 201) throw new Error(`${answer.status} ${JSON.stringify(answer.body)}`)
    return answer.body
  }

  /** What the outbox holds of a post, oldest first. */
  async function eventsOf(subject: string) {
    return query<{ type: string; version: string; data: Record<string, unknown> }>(
      fork(),
      `select type, version, data from outbox where subject = $1 order by id`,
      [subject],
    )
  }

  async function ask<Body = Record<string, unknown>>(path: string, body: unknown): Promise<Answer<Body>> {
    return send<Body>('POST', path, { body, headers: asSidecar(config) })
  }

  return {
    config,
    log,
    /** Blocked words and domains. */
    blockedTexts: texts.rules,
    app,
    dapr,
    shared,
    orm: database.orm,
    async drop() {
      shared.close()
      await database.drop()
    },
    fork,
    neighbours,
    tokens,
    consumer,
    deadLetters,
    people,
    accounts,
    follows,
    blocks,
    closeFriends,
    unmentioned,
    media,
    states,
    hooks,
    imports,
    emptyCaches,
    send,
    ask,
    person,
    photo,
    finish,
    deliver,
    counted,
    told,
    createPost,
    eventsOf,
  }
}

/** A media in a state. */
export function photoIn(id: string, state: Media['state']): Media {
  const ready = state === 'ready'
  return {
    id,
    state,
    reason: state === 'failed' ? 'truncated' : null,
    width: ready ? 4000 : null,
    height: ready ? 3000 : null,
    placeholder: ready ? '1QcSHQRnh493V4dIh4eXh1h4kJUI' : null,
    variants: ready
      ? [
          {
            name: 'thumbnail',
            url: `/media/${id}/thumbnail.webp`,
            width: 320,
            height: 320,
            bytes: 18_211,
            type: 'image/webp',
          },
        ]
      : [],
  }
}

/** The event of a media that is ready or failed. */
export function mediaEvent({ ownerId, version, media }: { ownerId: string; version: number; media: Media }) {
  return cloudEvent(
    'media',
    media.state === 'failed'
      ? makeEvent(events.mediaFailed, {
          subject: media.id,
          version,
          data: { ownerId, mediaId: media.id, reason: media.reason ?? 'truncated' },
        })
      : makeEvent(events.mediaProcessed, { subject: media.id, version, data: { ownerId, media } }),
  )
}
