import { randomBytes, randomUUID } from 'node:crypto'
import { noRelation, type AccountState, events, makeEvent, type Notification, userInternal } from '@daguerre/contracts'
import { createCopies } from '@daguerre/copies/copies'
import { createPhotoGrants } from '@daguerre/copies/photo-grants'
import { createSessionCheck } from '@daguerre/kit/ended-sessions'
import { createHttpApp } from '@daguerre/kit/http'
import { newId } from '@daguerre/kit/id'
import { createLogger } from '@daguerre/kit/log'
import { openRedis } from '@daguerre/kit/redis'
import { asSidecar, cloudEvent, fakeDapr, testConfig, testTokens } from '@daguerre/kit/testing'
import { createApp } from '../src/app.ts'
import { createSender } from '../src/push/send-message.ts'
import { migrate } from '../src/migrate.ts'
import { collectionsOf, createOrm } from '../src/orm.ts'
import { createHub } from '../src/stream/hub.ts'

export interface Person {
  id: string
  username: string
}

/** notification on a real MongoDB and Redis, with a database of its own, beside a user service that a test scripts. */
export async function createStage({ streamSeconds = 60, push = {} } = {}) {
  const config = {
    ...testConfig({ APP_ID: 'notification' }),
    STREAM_SECONDS: streamSeconds,
    RETENTION_DAYS: 180,
    VAPID_PUBLIC_KEY: undefined,
    VAPID_PRIVATE_KEY: undefined,
    VAPID_SUBJECT: undefined,
    PUSH_COLLAPSE_SECONDS: 5,
    PUSH_REPEAT_SECONDS: 60,
    PUSH_SUBSCRIPTION_DAYS: 30,
    PUSH_LOOPBACK: true,
    ...push,
  }
  const log = createLogger({ service: 'notification', level: 'silent' })
  const url = new URL(process.env['TEST_MONGODB_URL'] ?? '')
  url.pathname = `/test_notification_${randomBytes(6).toString('hex')}`
  await migrate(url.href)
  const orm = await createOrm(url.href)
  const collections = collectionsOf(orm)
  const redisConfig = { REDIS_URL: process.env['TEST_REDIS_URL'] ?? '', REDIS_CLUSTER: false }
  const [publisher, subscriber] = [openRedis(redisConfig), openRedis(redisConfig)]

  const people = new Map<string, Person>()
  const followers = new Map<string, string[]>()
  const closeFriends = new Map<string, string[]>()
  /** `<blocker id>:<blocked id>` */
  const blocks = new Set<string>()
  const accounts = new Map<string, AccountState>()
  /** When somebody began to follow, by their id; long ago where nothing is said. */
  const followingSince = new Map<string, string>()
  /** The version of somebody's follow, by their id; 1 where nothing is said. */
  const followVersions = new Map<string, number>()
  const user = createHttpApp({ config, log })
  user.openapi(userInternal.people, (c) => {
    const { ids, usernames, mentionedBy } = c.req.valid('json')
    const items = [...people.values()]
      .filter((person) => {
        const isNamed = usernames.includes(person.username) && !blocks.has(`${person.id}:${mentionedBy}`)
        return ids.includes(person.id) || isNamed
      })
      .map((person) => ({ ...person, displayName: person.username.toUpperCase(), avatar: null }))
    return c.json({ items, accounts: items.map(({ id }) => accounts.get(id) ?? 'open') }, 200)
  })
  user.openapi(userInternal.relations, (c) => {
    const { viewerId, ids } = c.req.valid('json')
    const items = ids.map((userId) => ({
      userId,
      relation: {
        ...noRelation,
        following: (followers.get(userId) ?? []).includes(viewerId),
        followedBy: (followers.get(viewerId) ?? []).includes(userId),
      },
      isBlocked: blocks.has(`${viewerId}:${userId}`) || blocks.has(`${userId}:${viewerId}`),
      isCloseFriend: closeFriends.get(userId)?.includes(viewerId) ?? false,
    }))
    return c.json({ items }, 200)
  })
  user.openapi(userInternal.closeFriends, (c) => {
    return c.json({ ids: closeFriends.get(c.req.valid('json').userId) ?? [] }, 200)
  })
  user.openapi(userInternal.followers, (c) => {
    const { userId, after } = c.req.valid('json')
    const all = (followers.get(userId) ?? []).toSorted()
    const rest = after === null ? all : all.filter((id) => id > after)
    // Two a page, so that paging is seen.
    const items = rest.slice(0, 2).map((id) => ({
      userId: id,
      version: followVersions.get(id) ?? 1,
      since: followingSince.get(id) ?? '2026-01-01T00:00:00.000Z',
    }))
    return c.json({ items, total: rest.length, next: rest.length > 2 ? (items.at(-1)?.userId ?? null) : null }, 200)
  })

  const dapr = fakeDapr({ user }, config)
  const tokens = await testTokens(config)
  const draining = new AbortController()
  const sender = createSender({ loopback: config.PUSH_LOOPBACK })
  let aheadMs = 0
  const deps = {
    config,
    log,
    verifier: tokens.verifier,
    dapr,
    collections,
    hub: createHub({ publisher, subscriber, log }),
    copies: createCopies(publisher),
    grants: createPhotoGrants({ redis: publisher, onError: () => {} }),
    sender,
    hasEnded: createSessionCheck({
      redis: publisher,
      onError: (error) => log.debug({ err: error }, 'ended sessions are not known'),
    }),
    clock: () => new Date(Date.now() + aheadMs),
    draining: draining.signal,
  }
  const { app, replay, push: pushing, announcements, prune, erase } = createApp(deps)

  async function deliver(source: string, event: ReturnType<typeof makeEvent>): Promise<string> {
    const response = await app.request(`/events/${event.topic}`, {
      method: 'POST',
      headers: { ...asSidecar(config), 'content-type': 'application/cloudevents+json' },
      body: JSON.stringify(cloudEvent(source, event)),
    })
    return ((await response.json()) as { status: string }).status
  }

  /** As one bulk of the broker. @throws unless all were taken */
  async function deliverTogether(source: string, bulk: ReturnType<typeof makeEvent>[]): Promise<void> {
    const response = await app.request(`/events/${bulk[0]?.topic}`, {
      method: 'POST',
      headers: asSidecar(config),
      body: JSON.stringify({
        entries: bulk.map((event, index) => ({ entryId: `${index}`, event: cloudEvent(source, event) })),
      }),
    })
    const { statuses } = (await response.json()) as { statuses: { status: string }[] }
    const refused = statuses.filter(({ status }) => status !== 'SUCCESS')
    if (refused.length > 0) throw new Error(`not taken: ${JSON.stringify(refused)}`)
  }

  async function request(
    person: Person,
    path: string,
    init: RequestInit = {},
    sessionId: string = newId(),
  ): Promise<Response> {
    const headers = await tokens.headersFor({ id: person.id, username: person.username, sessionId })
    return await app.request(path, { ...init, headers: { ...headers, ...(init.headers as Record<string, string>) } })
  }

  return {
    app,
    config,
    dapr,
    draining,
    collections,
    followers,
    followingSince,
    followVersions,
    replay,
    closeFriends,
    blocks,
    accounts,
    deliver,
    deliverTogether,
    /** Another replica on the same stores. */
    replica: () => createApp(deps),
    sender,
    headersFor: (person: Person) => tokens.headersFor({ id: person.id, username: person.username, sessionId: newId() }),
    redis: publisher,
    push: pushing,
    prune: () => prune(new AbortController().signal),
    /** Erases who has left. */
    erase: () => erase(new AbortController().signal),
    /** Tells all followers of what is queued. */
    announceNext: () => announcements.next(),
    announceWaiting: () => announcements.drain(new AbortController().signal),
    /** Lets time pass for the service. */
    pass(seconds: number): void {
      aheadMs += seconds * 1000
    },
    now: () => new Date(Date.now() + aheadMs),
    request,
    person(username: string): Person {
      const person = { id: randomUUID(), username }
      people.set(person.id, person)
      return person
    },
    async list(person: Person): Promise<Notification[]> {
      const response = await request(person, '/api/v1/notifications?limit=100')
      return ((await response.json()) as { items: Notification[] }).items
    },
    async unread(person: Person): Promise<number> {
      const response = await request(person, '/api/v1/notifications/unread-count')
      return ((await response.json()) as { count: number }).count
    },
    async post(person: Person, path: string, body?: unknown): Promise<Response> {
      return await request(person, path, {
        method: 'POST',
        ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
      })
    },
    async close() {
      draining.abort()
      await replay.stop()
      sender.close()
      publisher.disconnect()
      subscriber.disconnect()
      await orm.em.getConnection().getDb().dropDatabase()
      await orm.close()
    },
  }
}

let tick = 0
/** A time that grows with each call, so that the order of what happened is certain. */
function nextTime(): string {
  tick++
  return new Date(Date.UTC(2026, 10, 20, 12) + tick * 1000).toISOString()
}

export function likeEvent(postId: string, author: Person, who: Person, version = 1, at = nextTime()) {
  const data = { postId, postAuthorId: author.id, userId: who.id, at }
  const definition = version % 2 === 1 ? events.postLiked : events.postUnliked
  return makeEvent(definition, { subject: `${postId}:${who.id}`, version, data })
}

export function followEvent(follower: Person, followee: Person, version = 1, at = nextTime()) {
  const data = { followerId: follower.id, followeeId: followee.id, at }
  const definition = version % 2 === 1 ? events.followed : events.unfollowed
  return makeEvent(definition, { subject: `${follower.id}:${followee.id}`, version, data })
}

/** Odd versions ask; even ones are the end of it. */
export function requestEvent(
  requester: Person,
  target: Person,
  { version = 1, accepted = false, at = nextTime() } = {},
) {
  const data = { requesterId: requester.id, targetId: target.id, at }
  const about = { subject: `${requester.id}:${target.id}`, version }
  return version % 2 === 1
    ? makeEvent(events.followRequested, { ...about, data })
    : makeEvent(events.followRequestEnded, { ...about, data: { ...data, accepted } })
}

export function postEvent(
  postId: string,
  author: Person,
  mentions: { username: string; userId: string | null }[] = [],
) {
  return makeEvent(events.postCreated, {
    subject: postId,
    version: 1,
    data: {
      postId,
      authorId: author.id,
      authorUsername: author.username,
      caption: 'The bridge at noon',
      entities: mentions.map((mention) => ({ type: 'mention' as const, start: 0, end: 1, ...mention })),
      thumbnailUrl: `/media/${postId}/thumbnail.webp`,
      createdAt: nextTime(),
      authorPosts: { count: 1, version: 1 },
    },
  })
}

export function postDeletedEvent(postId: string, author: Person) {
  const data = { postId, authorId: author.id, authorPosts: { count: 0, version: 2 } }
  return makeEvent(events.postDeleted, { subject: postId, version: 2, data })
}

export interface CommentOptions {
  commentId?: string
  parentId?: string
  repliedTo?: Person
  mentions?: { username: string; userId: string | null }[]
  at?: string
}

export function commentEvent(postId: string, postAuthor: Person, author: Person, options: CommentOptions = {}) {
  const commentId = options.commentId ?? randomUUID()
  return makeEvent(events.commentCreated, {
    subject: commentId,
    version: 1,
    data: {
      commentId,
      postId,
      postAuthorId: postAuthor.id,
      parentId: options.parentId ?? null,
      repliedToId: options.repliedTo?.id ?? null,
      authorId: author.id,
      text: 'What light!',
      entities: (options.mentions ?? []).map((mention) => ({ type: 'mention' as const, start: 0, end: 1, ...mention })),
      at: options.at ?? nextTime(),
    },
  })
}

export function commentDeletedEvent(commentId: string, postId: string, postAuthor: Person, author: Person) {
  const data = { commentId, postId, postAuthorId: postAuthor.id, parentId: null, authorId: author.id }
  return makeEvent(events.commentDeleted, { subject: commentId, version: 2, data })
}
