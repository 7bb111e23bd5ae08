import { randomUUID } from 'node:crypto'
import {
  noRelation,
  type AccountState,
  type Audience,
  events,
  interactionInternal,
  makeEvent,
  type Post,
  type PostDocument,
  postInternal,
  userInternal,
} from '@daguerre/contracts'
import { copyKey, createCopies, createHolds, type Mark, type RelationCopy } from '@daguerre/copies/copies'
import { createHttpApp } from '@daguerre/kit/http'
import { newId } from '@daguerre/kit/id'
import { createLogger } from '@daguerre/kit/log'
import { openRedis, type RedisClient } from '@daguerre/kit/redis'
import { asSidecar, cloudEvent, fakeDapr, testConfig, testTokens } from '@daguerre/kit/testing'
import { createApp } from '../src/app.ts'

export interface WorldPost {
  id: string
  authorId: string
  audience: Audience
  deleted: boolean
  caption: string
  likesHidden: boolean
  version: number
}

/** The list of explore is one for all: tests that run at the same time have each its own, in a database of Redis. */
function ownDatabase(): string {
  const url = new URL(process.env['TEST_REDIS_URL'] ?? '')
  url.pathname = `/${Number(process.env['VITEST_POOL_ID'] ?? 0) % 16}`
  return url.href
}

/**
 * feed on a real Redis, between a user and a post service that are played from one small model, so that a test can say what
 * everybody must see and compare.
 */
export async function createWorld({
  timelineLength = 800,
  broadcastFrom = 10_000,
  redis = openRedis({ REDIS_URL: ownDatabase(), REDIS_CLUSTER: false }, { maxRetriesPerRequest: 1 }),
}: { timelineLength?: number; broadcastFrom?: number; redis?: RedisClient } = {}) {
  const config = {
    ...testConfig({ APP_ID: 'feed' }),
    TIMELINE_LENGTH: timelineLength,
    TIMELINE_TTL_DAYS: 30,
    BROADCAST_FROM_FOLLOWERS: broadcastFrom,
  }
  const log = createLogger({ service: 'feed', level: 'silent' })
  // Ids are new in each world, so that worlds share a Redis; commands fail at once when it is gone.
  const posts: WorldPost[] = []
  /** What post ranks, the highest first. */
  const ranking: WorldPost[] = []
  let askedForFollowing = 0
  let askedForRanking = 0
  let askedForRelations = 0
  /** Whom somebody mutes, and until when. */
  const mutes = new Map<string, Map<string, number | null>>()
  /** `<blocker>:<blocked>` and `<owner>:<friend>` */
  const blocks = new Set<string>()
  const closeFriends = new Set<string>()
  const accounts = new Map<string, AccountState>()
  const names = new Map<string, { username: string; displayName: string; version: number }>()
  /** Posts whose deletion interaction has heard of, and feed has not. */
  const deletedEarly = new Set<string>()
  /** Likes that are not three, and who likes a post, by post id. */
  const likes = new Map<string, number>()
  const likedBy = new Map<string, string>()
  const askedStates: string[][] = []
  /** Counts that post has heard of, by post id. */
  const told = new Map<string, { likes: number; comments: number; version: number }>()
  const edges = new Map<string, { followerId: string; followeeId: string; active: boolean; version: number }>()
  /** Runs before user or post answer a question, to let something happen in the middle. */
  const before: {
    followers?: () => Promise<void>
    following?: () => Promise<void>
    byAuthors?: () => Promise<void>
    documents?: () => Promise<void>
    states?: () => Promise<void>
    ranked?: () => Promise<void>
  } = {}

  async function once(name: keyof typeof before): Promise<void> {
    const hook = before[name]
    delete before[name]
    await hook?.()
  }

  const user = createHttpApp({ config, log })
  const since = '2026-01-01T00:00:00.000Z'
  user.openapi(userInternal.followers, async (c) => {
    const { userId, most = Infinity } = c.req.valid('json')
    const items = [...edges.values()]
      .filter((edge) => edge.followeeId === userId && edge.active)
      .map((edge) => ({ userId: edge.followerId, version: edge.version, since }))
    await once('followers')
    return c.json({ items: items.length > most ? [] : items, total: items.length, next: null }, 200)
  })
  user.openapi(userInternal.following, async (c) => {
    const { userId, after, limit } = c.req.valid('json')
    await once('following')
    askedForFollowing += 1
    const all = [...edges.values()]
      .filter((edge) => edge.followerId === userId && (after === null || edge.followeeId > after))
      .map((edge) => ({ userId: edge.followeeId, version: edge.version, active: edge.active, since }))
      .toSorted((a, b) => (a.userId < b.userId ? -1 : 1))
    const items = all.slice(0, limit)
    return c.json({ items, next: all.length > limit ? (items.at(-1)?.userId ?? null) : null }, 200)
  })

  const copies = createCopies(redis)
  user.openapi(userInternal.relations, async (c) => {
    const { viewerId, ids } = c.req.valid('json')
    askedForRelations += 1
    const muted = mutes.get(viewerId) ?? new Map<string, number | null>()
    function copyOf(userId: string): RelationCopy {
      return {
        userId,
        isBlocked: blocks.has(`${viewerId}:${userId}`) || blocks.has(`${userId}:${viewerId}`),
        isCloseFriend: closeFriends.has(`${userId}:${viewerId}`),
        mutedUntilMs: muted.get(userId),
      }
    }
    if (!(await copies.areRelationsFilled(viewerId))) {
      const others = [...muted.keys(), ...[...blocks, ...closeFriends].flatMap((pair) => pair.split(':'))]
      await copies.fillRelations(viewerId, others.map(copyOf), performance.now())
    }
    const items = ids.map((userId) => {
      const { isBlocked, isCloseFriend, mutedUntilMs: until } = copyOf(userId)
      const isMuted = until === null || (until !== undefined && until > Date.now())
      const following = edges.get(`${viewerId}:${userId}`)?.active ?? false
      const relation = { ...noRelation, following, muted: isMuted }
      return { userId, relation, isBlocked, isCloseFriend }
    })
    await copies.addFollows(
      viewerId,
      new Map(items.map(({ userId, relation }) => [userId, relation.following])),
      performance.now(),
    )
    return c.json({ items }, 200)
  })

  user.openapi(userInternal.people, (c) => {
    const items = c.req.valid('json').ids.map((id) => ({ id, ...(names.get(id) ?? unnamed), avatar: null }))
    return c.json(
      {
        items,
        versions: items.map(({ id }) => names.get(id)?.version ?? 1),
        accounts: items.map(({ id }) => accounts.get(id) ?? 'open'),
      },
      200,
    )
  })

  const post = createHttpApp({ config, log })
  function newestFirst(): WorldPost[] {
    return posts.filter((item) => !item.deleted).toSorted((a, b) => (a.id < b.id ? 1 : -1))
  }
  post.openapi(postInternal.byAuthors, async (c) => {
    const { authorIds, before: below, limit } = c.req.valid('json')
    await once('byAuthors')
    const items = newestFirst().filter(
      (item) => (authorIds === null || authorIds.includes(item.authorId)) && (below === null || item.id < below),
    )
    return c.json({ items: items.slice(0, limit).map(({ id, authorId }) => ({ id, authorId })) }, 200)
  })
  post.openapi(postInternal.documents, async (c) => {
    const { ids } = c.req.valid('json')
    const items = ids
      .flatMap((id) => posts.filter((item) => item.id === id && !item.deleted))
      .map((item) => ({ ...toDocument(item), counts: told.get(item.id) }))
    await once('documents')
    return c.json({ items }, 200)
  })

  post.openapi(postInternal.ranked, async (c) => {
    await once('ranked')
    askedForRanking += 1
    const items = ranking.slice(0, c.req.valid('json').limit).map(({ id, authorId }) => ({ id, authorId }))
    return c.json({ items }, 200)
  })

  const interaction = createHttpApp({ config, log })
  async function fillMarks(viewerId: string): Promise<void> {
    if (await copies.areMarksFilled(viewerId)) return
    const liked = [...likedBy].filter(([, by]) => by === viewerId).map(([id]) => id)
    const marks = liked.map((id): [string, Mark] => [id, { liked: true, saved: false }])
    await copies.fillMarks(viewerId, marks, performance.now())
  }
  interaction.openapi(interactionInternal.states, async (c) => {
    const { postIds, viewerId } = c.req.valid('json')
    askedStates.push(postIds)
    if (viewerId !== null) await fillMarks(viewerId)
    const items = postIds
      .filter((id) => !deletedEarly.has(id))
      .map((postId) => ({
        postId,
        counts: { likes: likes.get(postId) ?? 3, comments: 1 },
        version: 1,
        viewer: viewerId === null ? null : { liked: likedBy.get(postId) === viewerId, saved: false },
      }))
    await once('states')
    return c.json({ items }, 200)
  })

  const dapr = fakeDapr({ user, post, interaction }, config)
  const tokens = await testTokens(config)
  const holds = createHolds({
    redis,
    onError(error) {
      throw error
    },
  })
  const { app, replay } = createApp({ config, log, verifier: tokens.verifier, dapr, redis })

  async function deliver(source: string, event: ReturnType<typeof makeEvent>): Promise<string> {
    const response = await app.request(`/events/${event.topic}`, {
      method: 'POST',
      headers: { ...asSidecar(config), 'content-type': 'application/cloudevents+json' },
      body: JSON.stringify(cloudEvent(source, event)),
    })
    return ((await response.json()) as { status: string }).status
  }

  async function get(userId: string, path: string): Promise<Response> {
    const headers = await tokens.headersFor({ id: userId, username: 'somebody', sessionId: newId() })
    return await app.request(path, { headers })
  }

  return {
    app,
    dapr,
    redis,
    replay,
    before,
    posts,
    ranking,
    blocks,
    closeFriends,
    accounts,
    names,
    deletedEarly,
    likes,
    likedBy,
    askedStates,
    told,
    copies,
    holds,
    askedForFollowing: () => askedForFollowing,
    askedForRanking: () => askedForRanking,
    askedForRelations: () => askedForRelations,
    /** As user does it. @param until null: for good; `not`: no longer */
    async mute(viewerId: string, muted: string, until: number | null | 'not' = null): Promise<void> {
      await holds.during([copyKey.relations(viewerId)], async () => {
        const own = mutes.get(viewerId) ?? new Map<string, number | null>()
        mutes.set(viewerId, own)
        if (until === 'not') own.delete(muted)
        else own.set(muted, until)
      })
    },
    deliver,
    get,
    newPerson: () => randomUUID(),

    write(authorId: string, audience: Audience = 'public'): WorldPost {
      const made = { id: newId(), authorId, audience, deleted: false, caption: '', likesHidden: false, version: 1 }
      posts.push(made)
      return made
    },
    created: (item: WorldPost) => postEvent(events.postCreated, item),
    edit(item: WorldPost, caption: string, more: Partial<WorldPost> = {}) {
      Object.assign(item, { caption, version: item.version + 1, ...more })
      return postEvent(events.postUpdated, item)
    },
    remove(item: WorldPost) {
      Object.assign(item, { deleted: true, version: item.version + 1 })
      const { id: postId, authorId, version } = item
      const data = { postId, authorId, authorPosts: { count: 0, version } }
      return makeEvent(events.postDeleted, { subject: postId, version, data })
    },
    rename(id: string, displayName: string) {
      const version = (names.get(id)?.version ?? 1) + 1
      names.set(id, { username: 'somebody', displayName, version })
      const person = { id, username: 'somebody', displayName, avatar: null }
      return makeEvent(events.profileUpdated, { subject: id, version, data: { person } })
    },
    /** Changes what an account is towards others and gives its event. */
    setAccount(id: string, account: AccountState) {
      const { username, displayName, version: known } = names.get(id) ?? { ...unnamed, version: 1 }
      const version = known + 1
      accounts.set(id, account)
      names.set(id, { username, displayName, version })
      const person = { id, username, displayName, avatar: null }
      return makeEvent(events.profileUpdated, { subject: id, version, data: { person, account } })
    },
    /** Changes the edge and gives its event. */
    setFollow(followerId: string, followeeId: string, active: boolean) {
      const key = `${followerId}:${followeeId}`
      const version = (edges.get(key)?.version ?? 0) + 1
      edges.set(key, { followerId, followeeId, active, version })
      const data = { followerId, followeeId, at: new Date().toISOString() }
      return active
        ? makeEvent(events.followed, { subject: key, version, data })
        : makeEvent(events.unfollowed, { subject: key, version, data })
    },
    /** What somebody must see, from the model. */
    expected(userId: string): string[] {
      return newestFirst()
        .filter((item) => item.authorId === userId || edges.get(`${userId}:${item.authorId}`)?.active)
        .map((item) => item.id)
    },
    /** The home feed, or another one, paged to its end. */
    async homeFeed(userId: string, limit = 20, feed = 'home'): Promise<string[]> {
      const ids: string[] = []
      let cursor: string | null = null
      do {
        const response = await get(
          userId,
          `/api/v1/feed${feed === 'global' ? '' : `/${feed}`}?limit=${limit}${cursor ? `&cursor=${cursor}` : ''}`,
        )
        if (response.status !== 200) throw new Error(`${feed}: ${response.status} ${await response.text()}`)
        const page = (await response.json()) as { items: Post[]; nextCursor: string | null }
        if (page.nextCursor !== null && page.items.length !== limit) throw new Error(`a page of ${page.items.length}`)
        ids.push(...page.items.map((item) => item.id))
        cursor = page.nextCursor
      } while (cursor !== null)
      return ids
    },
    async close() {
      await replay.stop()
      redis.disconnect()
    },
  }
}

const unnamed = { username: 'somebody', displayName: 'Somebody' }

function postEvent(definition: typeof events.postCreated | typeof events.postUpdated, item: WorldPost) {
  return makeEvent(definition, {
    subject: item.id,
    version: item.version,
    data: {
      postId: item.id,
      authorId: item.authorId,
      authorUsername: 'somebody',
      caption: item.caption,
      entities: [],
      thumbnailUrl: null,
      audience: item.audience,
      createdAt: new Date().toISOString(),
      authorPosts: { count: 1, version: 1 },
    },
  })
}

function toDocument({ id, authorId, audience, caption, likesHidden, version }: WorldPost) {
  const document: PostDocument = {
    id,
    caption,
    entities: [],
    media: [],
    location: null,
    audience,
    state: 'published',
    ...(likesHidden && { likesHidden }),
    createdAt: '2026-01-01T00:00:00.000Z',
    editedAt: null,
  }
  return { version, authorId, authorUsername: 'somebody', document }
}
