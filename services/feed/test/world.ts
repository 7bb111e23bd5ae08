import { randomUUID } from 'node:crypto'
import { events, makeEvent, type Post, postInternal, userInternal } from '@daguerre/contracts'
import { createHttpApp } from '@daguerre/kit/http'
import { newId } from '@daguerre/kit/id'
import { createLogger } from '@daguerre/kit/log'
import { asSidecar, cloudEvent, fakeDapr, testConfig, testTokens } from '@daguerre/kit/testing'
import { Redis } from 'ioredis'
import { createApp } from '../src/app.ts'

export interface WorldPost {
  id: string
  authorId: string
  deleted: boolean
}

/**
 * feed on a real Redis, between a user and a post service that are played from one small model, so that a test can say what
 * everybody must see and compare.
 */
export async function createWorld({ timelineLength = 800 }: { timelineLength?: number } = {}) {
  const config = { ...testConfig({ APP_ID: 'feed' }), TIMELINE_LENGTH: timelineLength, TIMELINE_TTL_DAYS: 30 }
  const log = createLogger({ service: 'feed', level: 'silent' })
  // Ids are new in each world, so that worlds share a Redis; commands fail at once when it is gone.
  const redis = new Redis(process.env['TEST_REDIS_URL'] ?? '', { enableOfflineQueue: true, maxRetriesPerRequest: 1 })
  const posts: WorldPost[] = []
  const edges = new Map<string, { followerId: string; followeeId: string; active: boolean; version: number }>()
  /** Runs before user or post answer a question, to let something happen in the middle. */
  const before: {
    followers?: () => Promise<void>
    following?: () => Promise<void>
    byAuthors?: () => Promise<void>
    present?: () => Promise<void>
  } = {}

  async function once(name: keyof typeof before): Promise<void> {
    const hook = before[name]
    delete before[name]
    await hook?.()
  }

  const user = createHttpApp({ config, log })
  const since = '2026-01-01T00:00:00.000Z'
  user.openapi(userInternal.followers, async (c) => {
    const { userId } = c.req.valid('json')
    const items = [...edges.values()]
      .filter((edge) => edge.followeeId === userId && edge.active)
      .map((edge) => ({ userId: edge.followerId, version: edge.version, since }))
    await once('followers')
    return c.json({ items, next: null }, 200)
  })
  user.openapi(userInternal.following, async (c) => {
    const { userId, after, limit } = c.req.valid('json')
    await once('following')
    const all = [...edges.values()]
      .filter((edge) => edge.followerId === userId && (after === null || edge.followeeId > after))
      .map((edge) => ({ userId: edge.followeeId, version: edge.version, active: edge.active, since }))
      .toSorted((a, b) => (a.userId < b.userId ? -1 : 1))
    const items = all.slice(0, limit)
    return c.json({ items, next: all.length > limit ? (items.at(-1)?.userId ?? null) : null }, 200)
  })

  const post = createHttpApp({ config, log })
  function newestFirst(): WorldPost[] {
    return posts.filter((item) => !item.deleted).toSorted((a, b) => (a.id < b.id ? 1 : -1))
  }
  post.openapi(postInternal.byAuthors, async (c) => {
    const { authorIds, before: below, limit } = c.req.valid('json')
    await once('byAuthors')
    const items = newestFirst().filter(
      (item) => authorIds.includes(item.authorId) && (below === null || item.id < below),
    )
    return c.json({ items: items.slice(0, limit).map(({ id, authorId }) => ({ id, authorId })) }, 200)
  })
  post.openapi(postInternal.page, (c) => {
    const { authorIds, before: below, limit } = c.req.valid('json')
    const found = newestFirst().filter(
      (item) => (authorIds === null || authorIds.includes(item.authorId)) && (below === null || item.id < below),
    )
    const items = found.slice(0, limit)
    const next = found.length > limit ? (items.at(-1)?.id ?? null) : null
    return c.json({ items: items.map(present), next, degraded: [] }, 200)
  })
  post.openapi(postInternal.present, async (c) => {
    const { ids } = c.req.valid('json')
    await once('present')
    const items = ids.flatMap((id) => posts.filter((item) => item.id === id && !item.deleted))
    return c.json({ items: items.map(present), degraded: ['interaction'] }, 200)
  })

  const dapr = fakeDapr({ user, post }, config)
  const tokens = await testTokens(config)
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
    deliver,
    get,
    newPerson: () => randomUUID(),

    write(authorId: string): WorldPost {
      const made = { id: newId(), authorId, deleted: false }
      posts.push(made)
      return made
    },
    created: (item: WorldPost) =>
      makeEvent(events.postCreated, {
        subject: item.id,
        version: 1,
        data: {
          postId: item.id,
          authorId: item.authorId,
          authorUsername: 'somebody',
          caption: '',
          entities: [],
          thumbnailUrl: null,
          createdAt: new Date().toISOString(),
          authorPosts: { count: 1, version: 1 },
        },
      }),
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
    /** The home feed paged to its end. */
    async homeFeed(userId: string, limit = 20): Promise<string[]> {
      const ids: string[] = []
      let cursor: string | null = null
      do {
        const response = await get(userId, `/api/v1/feed/home?limit=${limit}${cursor ? `&cursor=${cursor}` : ''}`)
        if (response.status !== 200) throw new Error(`home feed: ${response.status} ${await response.text()}`)
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

function present(item: WorldPost): Post {
  return {
    id: item.id,
    author: { id: item.authorId, username: 'somebody', displayName: 'Somebody', avatar: null },
    caption: '',
    entities: [],
    media: [],
    location: null,
    counts: { likes: 0, comments: 0 },
    viewer: null,
    state: 'published',
    createdAt: new Date().toISOString(),
    editedAt: null,
  }
}
